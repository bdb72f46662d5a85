/** The layers whose tests can notice that a defence is gone. */
export type Layer = 'unit' | 'engine' | 'server' | 'gate';

/** Tests by a part of their names, as it is written in their file. */
export interface TestName {
	layer: Layer;
	/** Below the folder of the layer. */
	file: string;
	name: string;
}

/** Something in our sources that keeps a row from coming true, and the test that has to notice when it is gone. */
export interface Defence {
	/** Rows such as A1 (an attack) and R1 (a race); what they are about is in `rows.ts`. */
	row: string;
	/** What keeps it from coming true. */
	defence: string;
	/** From the top of the project. */
	file: string;
	/** Is in the file exactly once. */
	source: string;
	/** What stands there once the defence is gone. */
	without: string;
	test: TestName;
}

/** A row that is kept from coming true by n8n itself, and the test that holds n8n to it. */
export interface LeftToOthers {
	row: string;
	reason: string;
	test: TestName;
}

export const unit = (file: string, name: string): TestName => ({
	layer: 'unit',
	file: `${file}.test.ts`,
	name,
});

export const engine = (file: string, name: string): TestName => ({
	layer: 'engine',
	file: `${file}.test.ts`,
	name,
});

export const server = (file: string, name: string): TestName => ({
	layer: 'server',
	file: `${file}.test.ts`,
	name,
});

/** A source file of the nodes. */
export const nodes = (file: string) => `nodes/HappyHorse/${file}.ts`;
