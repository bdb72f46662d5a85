import type { IDataObject } from 'n8n-workflow';

import { readMedium } from '../../../nodes/HappyHorse/fields/media';
import { referenceToVideo } from '../../../nodes/HappyHorse/resources/referenceToVideo';
import { videoEdit } from '../../../nodes/HappyHorse/resources/videoEdit';
import { fakeExecution } from '../support/fakeExecution';
import { validationErrorOf } from '../support/validationErrorOf';

const A = 'https://a.com/1.jpg';
const B = 'https://b.com/2.jpg';

const REFERENCES = referenceToVideo.media[0]!;
const EDIT_IMAGES = videoEdit.media[1]!;

const read = (parameters: IDataObject, medium = REFERENCES) =>
	readMedium(
		fakeExecution({ parameters: [{ imageSource: 'url', ...parameters }] }).context,
		medium,
		{
			item: 0,
			providerHost: 'api.example.com',
		},
	);

it('finds the images of a text that joins them with commas', () => {
	expect(read({ imageUrls: `${A},${B}` })).toEqual([{ url: A }, { url: B }]);
});

it.each<[string, IDataObject, string]>([
	['in a list', { imageUrls: ['', A] }, "Image 1 of 'Image URLs' is empty"],
	[
		'in a list of objects',
		{ imageUrls: [{ url: A }, null, A] },
		"Image 2 of 'Image URLs' is empty",
	],
	['between commas', { imageUrls: `${A},,${B}` }, "Image 2 of 'Image URLs' is empty"],
	[
		'between names',
		{ imageSource: 'binary', binaryPropertyNames: 'front,,back' },
		"Image 2 of 'Input Data Field Names' is empty",
	],
])('rejects an empty place %s, since the images behind it would move', (_, parameters, message) => {
	const error = validationErrorOf(() => read(parameters));
	expect(error.message).toBe(message);
	expect(error).toHaveProperty('hint', expect.stringContaining('change the numbers in the prompt'));
});

it('takes an object with a URL for a URL, whatever else it has', () => {
	expect(read({ imageUrls: [{ url: A, mimeType: 'image/jpeg' }] as never })).toEqual([{ url: A }]);
	const binary = { mimeType: 'image/jpeg', data: '' };
	expect(read({ imageUrls: [binary] as never })).toEqual([{ binary }]);
});

describe('where images are optional', () => {
	it.each([[[]], [''], [' \n '], [['']]])('%j is none', (imageUrls) => {
		expect(read({ imageUrls }, EDIT_IMAGES)).toEqual([]);
	});

	it('an expression that gives nothing is a mistake', () => {
		expect(validationErrorOf(() => read({}, EDIT_IMAGES)).message).toBe("'Image URLs' is empty");
	});

	it('needs one where they are not', () => {
		expect(validationErrorOf(() => read({ imageUrls: [] })).message).toBe("'Image URLs' is empty");
	});
});
