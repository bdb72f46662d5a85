import { TestEnvironment } from 'jest-environment-node';

/** What a worker of jest keeps from one file to the next: each file loads every other module again. */
export interface BetweenFiles {
	read(): string | undefined;
	keep(text: string | undefined): void;
}

let kept: string | undefined;

/** Node's environment, with `betweenFiles` as a global. */
export default class ServerEnvironment extends TestEnvironment {
	override async setup(): Promise<void> {
		await super.setup();
		// Made for each file: jest empties the objects that were globals of a file.
		const betweenFiles: BetweenFiles = {
			read: () => kept,
			keep: (text) => {
				kept = text;
			},
		};
		Object.assign(this.global, { betweenFiles });
	}
}
