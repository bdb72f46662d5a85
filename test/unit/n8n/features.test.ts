import { errorOutputTakesDetails } from '../../../nodes/HappyHorse/n8n/features';

it('knows an n8n whose error output takes details by what came with the same version', () => {
	expect(errorOutputTakesDetails()).toBe(true);
	expect(errorOutputTakesDetails({ redactedHeaders: () => undefined })).toBe(true);
	expect(errorOutputTakesDetails({ NodeApiError: class {} })).toBe(false);
});
