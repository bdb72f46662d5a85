import { choiceField } from '../../../../nodes/HappyHorse/fields/types/choice';
import { not } from '../../../../nodes/HappyHorse/fields/types/valueInWords';
import { validationErrorOf } from '../../support/validationErrorOf';

const resolution = choiceField({
	name: 'resolution',
	label: 'Resolution',
	default: '1080P',
	description: 'Sharper videos cost more',
	choices: [
		{ name: '1080p (Full HD)', value: '1080P' },
		{ name: '720p (HD)', value: '720P', description: 'Cheaper' },
	],
});

const ratio = choiceField({
	name: 'ratio',
	label: 'Ratio',
	default: '1:1',
	description: 'Shape',
	choices: [
		{ name: 'Square', value: '1:1' },
		{ name: 'Wide', value: '21:9', models: ['newer'] },
	],
});

it('shows its choices', () => {
	expect(resolution.properties).toEqual([
		{
			displayName: 'Resolution',
			name: 'resolution',
			type: 'options',
			default: '1080P',
			description: 'Sharper videos cost more',
			options: [
				{ name: '1080p (Full HD)', value: '1080P' },
				{ name: '720p (HD)', value: '720P', description: 'Cheaper' },
			],
		},
	]);
});

it.each([['720P'], ['720p'], [' 720P\n'], ['720p (HD)'], ['720P (hd)']])(
	'takes %j, by value or by what the list shows, in any case',
	(value) => expect(resolution.check(value)).toBe('720P'),
);

it.each([[720], [''], [null], [undefined], [['720P']], [{}], [true], ['720']])(
	'does not take %p',
	(value) => {
		const { message, hint } = validationErrorOf(() => resolution.check(value));
		expect(message).toBe(`'Resolution' must be one of 1080P, 720P${not(value)}`);
		expect(hint).toBe(
			"Pick a value from the list of 'Resolution', or let the expression give one of: 1080P, 720P.",
		);
	},
);

describe('a choice that only one model has', () => {
	it('is taken for that model', () => expect(ratio.check('21:9', 'newer')).toBe('21:9'));

	it.each(['21:9', 'Wide', 'wide'])(
		'is rejected as %s for another, by value and by name',
		(value) => {
			const { message } = validationErrorOf(() => ratio.check(value, 'older'));
			expect(message).toBe(`'Ratio' must be one of 1:1 for the model older${not(value)}`);
		},
	);

	it('is shown for that model, and where an expression gives the model', () => {
		const [common, all] = ratio.properties;
		expect(common).toMatchObject({
			options: [{ value: '1:1' }],
			displayOptions: { hide: { model: ['newer', { _cnd: { startsWith: '=' } }] } },
		});
		expect(all).toMatchObject({
			options: [{ value: '1:1' }, { value: '21:9' }],
			displayOptions: { show: { model: ['newer'] } },
		});
	});
});
