import type {
	ICredentialType,
	INodeProperties,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

/** What saved workflows hold of the package: descriptions as n8n reads them, without the words. */
export interface PublicContract {
	package: string;
	nodes: INodeTypeDescription[];
	credentials: Array<Pick<ICredentialType, 'name' | 'properties'>>;
}

/** Words may change at any time: no workflow is saved with them. */
const WORDS = new Set([
	...['displayName', 'description', 'placeholder', 'hint', 'action', 'icon', 'subtitle'],
	...['defaults', 'eventTriggerDescription', 'activationMessage', 'triggerPanel', 'errorMessage'],
	...['waitingNodeTooltip', 'group'],
]);

function wordless(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(wordless);
	if (typeof value !== 'object' || value === null) return value;
	// The name of a choice is a word, too; that of a parameter is not.
	const isChoice = 'value' in value && 'name' in value && !('type' in value);
	return Object.fromEntries(
		Object.entries(value)
			.filter(([name]) => !WORDS.has(name) && !(isChoice && name === 'name'))
			.map(([name, inner]) => [name, wordless(inner)]),
	);
}

export interface Parts {
	package: string;
	nodes: INodeType[];
	credentials: ICredentialType[];
}

/** The contract of a package that was loaded. */
export function contractOf({ package: name, nodes, credentials }: Parts): PublicContract {
	const contract = {
		package: name,
		nodes: nodes.map(({ description }) => description),
		credentials: credentials.map((credential) => ({
			name: credential.name,
			properties: credential.properties,
		})),
	};
	return JSON.parse(JSON.stringify(wordless(contract))) as PublicContract;
}

/** The entries of a parameter's `options` that have values of their own, such as those of "Options". */
export function innerParameters({ type, options }: INodeProperties): INodeProperties[] {
	return type === 'collection' ? ((options ?? []) as INodeProperties[]) : [];
}

/** What can be chosen in a parameter. */
export function choicesOf({ type, options }: INodeProperties): unknown[] {
	if (type !== 'options' && type !== 'multiOptions') return [];
	return (options ?? []).map((option) => ('value' in option ? option.value : undefined));
}
