import type { CreateRequest } from './readRequest';

/** What looks wrong about how a prompt names the files of its request. */
export function promptHints({ media, fields, resource }: CreateRequest): string[] {
	const prompt = String(fields.prompt ?? '');
	return resource.media.flatMap((medium) => {
		if (medium.mention === undefined) return [];
		const { prefix, isExpected } = medium.mention;
		const count = media.find((sent) => sent.medium === medium)?.sources.length ?? 0;
		const numbers = [...prompt.matchAll(new RegExp(`${prefix}(\\d+)`, 'gi'))].map(([, number]) =>
			Number(number),
		);
		const missing = numbers.filter((number) => number < 1 || number > count);
		if (missing.length > 0) {
			return [`The prompt names ${prefix}${missing[0]}, but there are ${count} ${medium.noun}s.`];
		}
		if (!isExpected || numbers.length > 0) return [];
		return [
			`The prompt names none of the ${medium.noun}s. Name them ${prefix}1, ${prefix}2 and so on, in their order.`,
		];
	});
}
