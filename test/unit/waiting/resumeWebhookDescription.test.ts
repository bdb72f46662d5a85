import { RESUME_PATH } from '../../../nodes/HappyHorse/waiting/resumeUrl';
import { resumeWebhooks } from '../../../nodes/HappyHorse/waiting/resumeWebhookDescription';

it('is one webhook that continues executions, under the path of the callback URL', () => {
	expect(resumeWebhooks).toHaveLength(1);
	expect(resumeWebhooks[0]).toMatchObject({
		path: RESUME_PATH,
		httpMethod: 'POST',
		restartWebhook: true,
		responseData: '',
	});
	expect(RESUME_PATH).toMatch(/^[a-z-]+$/);
});
