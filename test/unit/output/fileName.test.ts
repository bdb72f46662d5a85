import { win32 } from 'node:path';

import fc from 'fast-check';

import { FileNames, safeFileName, usualFileName } from '../../../nodes/HappyHorse/output/fileName';

/** Texts with what makes names dangerous, and with anything else. */
const texts = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 300 }),
	fc
		.array(
			fc.constantFrom(
				...['/', '\\', '..', '.', ' ', '.mp4', '.MP4', 'con', 'NUL', 'lpt1', 'com¹', '-2', 'a'],
				...[
					'\0',
					'\n',
					'\u202e',
					'\ud800',
					'\ufeff',
					'🐎',
					'é',
					'e\u0301',
					'漢',
					'%2f',
					'<',
					'*',
					'x',
				],
			),
			{ maxLength: 12 },
		)
		.map((parts) => parts.join('')),
	fc.string({ unit: 'grapheme', minLength: 150, maxLength: 600 }),
);

const safe = texts.map(safeFileName).filter((name) => name !== null);

describe('a safe file name', () => {
	it.each<[string, string | null]>([
		['SKU-4711', 'SKU-4711.mp4'],
		['Red shoe.mp4', 'Red shoe.mp4'],
		['Red shoe.MP4', 'Red shoe.mp4'],
		['spring.2026', 'spring.2026.mp4'],
		['clip.mov', 'clip.mov.mp4'],
		['../../etc/passwd', '-..-etc-passwd.mp4'],
		['C:\\videos\\a', 'C--videos-a.mp4'],
		['  two   words\n', 'two words.mp4'],
		['a\u202e4pm.exe', 'a4pm.exe.mp4'],
		['con', 'video-con.mp4'],
		['Aux.txt', 'video-Aux.txt.mp4'],
		['nul .mp4', 'video-nul.mp4'],
		['contact', 'contact.mp4'],
		['.hidden', 'hidden.mp4'],
		['e\u0301', 'é.mp4'],
		['Größe 漢字 🐎', 'Größe 漢字 🐎.mp4'],
		['', null],
		['...', null],
		[' .mp4', null],
		['\ud800', null],
	])('%p becomes %p', (wanted, name) => {
		expect(safeFileName(wanted)).toBe(name);
	});

	it('is one path segment that every file system and every header takes', () => {
		fc.assert(
			fc.property(safe, (name) => {
				expect(name).toMatch(/^[^.\s].*[^.\s]\.mp4$|^[^.\s]\.mp4$/u);
				expect(name).not.toMatch(/[/\\<>:"|?*\p{Cc}\p{Cf}]/u);
				expect(win32.basename(name)).toBe(name);
				expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)\s*\./i);
				expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
				expect(name.normalize('NFC')).toBe(name);
				// n8n does this for the header of its links, and it throws for half a character.
				expect(() => encodeURIComponent(name)).not.toThrow();
			}),
			{ numRuns: 2000 },
		);
	});

	it('stays as it is when it is made safe once more', () => {
		fc.assert(
			fc.property(safe, (name) => expect(safeFileName(name)).toBe(name)),
			{ numRuns: 2000 },
		);
	});

	it('does not take long for a very long text', () => {
		const begun = Date.now();
		safeFileName(`${'.'.repeat(2_000_000)}a`);
		safeFileName(`a${' .'.repeat(1_000_000)}a`);
		expect(Date.now() - begun).toBeLessThan(2000);
	});
});

it('a usual name is safe for any task ID', () => {
	fc.assert(
		fc.property(fc.string({ minLength: 1, maxLength: 128 }), (taskId) => {
			expect(safeFileName(usualFileName(taskId))).toBe(usualFileName(taskId));
		}),
	);
});

describe('the names of a run', () => {
	const namesOf = (wanted: ReadonlyArray<string | undefined>, taskIds: string[] = []) => {
		const names = new FileNames();
		return wanted.map((fileName, index) => {
			const taskId = taskIds[index] ?? `t${index}`;
			return names.applyTo(taskId, { download: true, fileName }).fileName ?? usualFileName(taskId);
		});
	};

	it('get a number from the second on, also beside a name that has it already', () => {
		const wanted = ['a.mp4', 'A.mp4', 'a-2.mp4', 'a.mp4', undefined, 'happy-horse-t4.mp4'];
		expect(namesOf(wanted)).toEqual([
			...['a.mp4', 'A-2.mp4', 'a-2-2.mp4', 'a-3.mp4'],
			...['happy-horse-t4.mp4', 'happy-horse-t4-2.mp4'],
		]);
	});

	it('differ for two items that share a task', () => {
		expect(namesOf([undefined, undefined], ['t', 't'])).toEqual([
			'happy-horse-t.mp4',
			'happy-horse-t-2.mp4',
		]);
	});

	it('are only given to files', () => {
		const names = new FileNames();
		const none = { download: false, fileName: 'a.mp4' };
		expect(names.applyTo('t', none)).toBe(none);
		expect(names.applyTo('t', { download: true, fileName: 'a.mp4' }).fileName).toBe('a.mp4');
	});

	it('leave the usual name out, which adds nothing to what is stored', () => {
		expect(new FileNames().applyTo('t', { download: true })).toEqual({ download: true });
	});

	it('are never the same on any file system, are safe, and are the same again', () => {
		const few = fc.array(fc.oneof(safe, fc.constantFrom('a.mp4', 'a-2.mp4', 'A.mp4', undefined)), {
			maxLength: 30,
		});
		fc.assert(
			fc.property(few, (wanted) => {
				const names = namesOf(wanted);
				expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(wanted.length);
				expect(new Set(names.map((name) => name.toUpperCase())).size).toBe(wanted.length);
				expect(names.map(safeFileName)).toEqual(names);
				expect(namesOf(wanted)).toEqual(names);
				// A later item never changes the name of an earlier one.
				expect(namesOf(wanted.slice(0, 3))).toEqual(names.slice(0, 3));
			}),
		);
	});
});
