import type {
	ICredentialDataDecryptedObject,
	ICredentials,
	ICredentialType,
	IHttpRequestOptions,
	INode,
	INodeProperties,
	IRequestOptionsSimplified,
	Workflow,
} from 'n8n-workflow';
import { ICredentialsHelper, isExpression } from 'n8n-workflow';

const NOT_HERE = 'The tests have no database of credentials';

/** The one credential of the tests. What n8n does with it is done here the same way, without a database. */
export class OneCredential extends ICredentialsHelper {
	constructor(
		private readonly type: ICredentialType,
		private readonly data: ICredentialDataDecryptedObject,
	) {
		super();
	}

	/** Like n8n's own: names and values of `authenticate` may both be expressions. */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		_typeName: string,
		request: IHttpRequestOptions | IRequestOptionsSimplified,
		workflow: Workflow,
		node: INode,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = this.type;
		if (typeof authenticate !== 'object') throw new Error('Only declarative credentials are known');
		const resolve = (text: string): string => {
			if (!isExpression(text)) return text;
			const keys = { $credentials: credentials };
			const { expression } = workflow;
			return String(
				expression.getSimpleParameterValue(node, text, 'internal', keys, undefined, '') ?? '',
			);
		};
		const headers = Object.entries(authenticate.properties.headers ?? {}).map(([name, value]) => [
			resolve(name),
			resolve(String(value)),
		]);
		request.headers = { ...request.headers, ...Object.fromEntries(headers) };
		return request as IHttpRequestOptions;
	}

	async getDecrypted(): Promise<ICredentialDataDecryptedObject> {
		return { ...this.data };
	}

	getCredentialsProperties(): INodeProperties[] {
		return this.type.properties;
	}

	getParentTypes(): string[] {
		return [];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	async preAuthentication(): Promise<undefined> {
		return undefined;
	}

	async runPreAuthentication(): Promise<undefined> {
		return undefined;
	}

	async getCredentials(): Promise<ICredentials> {
		throw new Error(NOT_HERE);
	}

	async updateCredentials(): Promise<void> {
		throw new Error(NOT_HERE);
	}

	async updateCredentialsOauthTokenData(): Promise<void> {
		throw new Error(NOT_HERE);
	}
}
