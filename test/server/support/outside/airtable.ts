import type { ObjectShape, Shape } from './bodyCheck';
import { problemsOf } from './bodyCheck';
import type { OutsideService } from './services';

export const AIRTABLE_LOGIN = 'patOfTheTest.0123456789';
export const BASE = 'appHappyHorse0001';
export const TABLE = 'tblHappyHorse0001';

export interface Attachment {
	id: string;
	url: string;
	filename: string;
	/** Present when Airtable has fetched it. */
	size?: number;
}

export interface AirtableRecord {
	id: string;
	fields: { Video?: Attachment[]; [field: string]: unknown };
}

export interface Airtable extends OutsideService {
	records: AirtableRecord[];
	/** Every update that was accepted, as it came. */
	updates: Array<{ id: string; fields: Record<string, unknown> }>;
	/** What Airtable has fetched, by record. */
	videos: Map<string, Buffer>;
	/** The status with which a video is rejected, if it is. */
	rejects: (record: AirtableRecord) => number | undefined;
	/** Makes a record whose image is this file, none without. */
	add(fields: Record<string, unknown>, image?: Buffer): AirtableRecord;
}

const FIELDS: ObjectShape = { Status: 'string?', Note: 'string?', 'Task ID': 'string?' };

/**
 * Airtable's Web API, as far as reading and updating single records with attachments go.
 * Facts: https://airtable.com/developers/web/api/field-model#multiple-attachment (an attachment is written as url and
 * filename, and gets its size when it is fetched), https://support.airtable.com/docs/airtable-attachment-url-behavior
 * (the URL of an attachment is another one every time, and lives for two hours).
 */
export function airtable(): Airtable {
	const images = new Map<string, Buffer>();
	const fetching = new Map<string, Promise<void>>();
	let reads = 0;
	/** A record as a client gets it. */
	const shown = ({ id, fields }: AirtableRecord) => {
		const url = `https://${FILES}/${id}?read=${++reads}`;
		const image = { id: `att-${id}`, url, filename: `${id}.jpg`, type: 'image/jpeg' };
		const all = images.has(id) ? { ...fields, Image: [image] } : fields;
		return { id, createdTime: '2026-11-26T08:00:00.000Z', fields: all };
	};
	const self: Airtable = {
		hosts: ['api.airtable.com', FILES],
		records: [],
		updates: [],
		videos: new Map<string, Buffer>(),
		rejects: () => undefined,
		routes(app) {
			app.addHook('preHandler', async ({ headers }, reply) => {
				if (headers.authorization === `Bearer ${AIRTABLE_LOGIN}`) return;
				await reply.code(401).send({ error: { type: 'AUTHENTICATION_REQUIRED' } });
			});
			app.get<{ Params: { id: string } }>('/:id', ({ params }, reply) =>
				reply.type('image/jpeg').send(images.get(params.id)),
			);
			app.get<{ Querystring: { filterByFormula: string; maxRecords: string } }>(
				PATH,
				({ query }, reply) => {
					const [, status] = /^\{Status\} = '(\w+)'$/.exec(query.filterByFormula) ?? [];
					if (status === undefined) return reply.code(422).send(invalid('wrong formula'));
					const found = self.records.filter(({ fields }) => fields.Status === status);
					return reply.send({ records: found.slice(0, Number(query.maxRecords)).map(shown) });
				},
			);
			app.get<{ Params: { id: string } }>(`${PATH}/:id`, async ({ params }, reply) => {
				await fetching.get(params.id);
				const record = self.records.find(({ id }) => id === params.id);
				if (!record) return await reply.code(404).send({ error: 'NOT_FOUND' });
				return await reply.send(shown(record));
			});
			app.patch<{ Body: { records: AirtableRecord[] } }>(PATH, ({ body }, reply) => {
				const [update] = body.records;
				const { Video, ...others } = update?.fields ?? {};
				const problems = [
					...problemsOf({ ...body, records: [{ ...update, fields: others }] }, UPDATE),
					...(Video === undefined ? [] : problemsOf(Video, [ATTACHMENT], 'Video')),
				];
				const record = self.records.find(({ id }) => id === update?.id);
				if (problems.length > 0 || !record || body.records.length !== 1)
					return reply.code(422).send(invalid(problems.join()));
				const status = Video && self.rejects(record);
				if (status !== undefined) return reply.code(status).send(invalid('Not today'));
				self.updates.push({ id: record.id, fields: update!.fields });
				Object.assign(record.fields, others);
				if (Video) {
					record.fields.Video = Video.map((each) => ({ ...each, id: `att-video-${record.id}` }));
					fetching.set(record.id, fetchInto(record, self.videos));
				}
				return reply.send({ records: [shown(record)] });
			});
		},
		add(fields, image) {
			const record = { id: `rec${String(self.records.length + 1).padStart(14, '0')}`, fields };
			self.records.push(record);
			if (image) images.set(record.id, image);
			return record;
		},
	};
	return self;
}

const FILES = 'v5.airtableusercontent.com';
const PATH = `/v0/${BASE}/${TABLE}`;
const ATTACHMENT = { url: 'string', filename: 'string' };
const UPDATE: Shape = {
	typecast: 'boolean',
	records: [{ id: 'string', fields: FIELDS } as ObjectShape],
};

const invalid = (message: string) => ({ error: { type: 'INVALID_REQUEST_UNKNOWN', message } });

/** An attachment that cannot be fetched disappears. */
async function fetchInto(
	{ id, fields }: AirtableRecord,
	videos: Airtable['videos'],
): Promise<void> {
	const [attachment] = fields.Video!;
	const response = await fetch(attachment!.url);
	if (!response.ok) {
		delete fields.Video;
		return;
	}
	const content = Buffer.from(await response.arrayBuffer());
	videos.set(id, content);
	attachment!.size = content.length;
}
