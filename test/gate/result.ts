/** What one check of the gate found: nothing in `findings` means that it passed. */
export interface Result {
	/** One line on what was looked at, such as `0 errors, 0 warnings`. */
	facts: string;
	/** One line per fault, each naming the file or the field. */
	findings: string[];
}
