/**
 * Parts of n8n that neither the demo nor a test loads, and why. With what only they need they are 40 % of its files.
 * A name that ends in * stands for all that begin so. Of the 1,015 nodes and credentials of n8n 2.41.1 all load without them
 * but those of Microsoft SQL Server, Microsoft Agent 365, Snowflake, Cohere, Zep, Weaviate and Chroma; reading PDF files and
 * chats over Discord and Linear fail too.
 */
export const LEFT_OUT: Record<string, string> = {
	'@n8n/design-system': "source parts of n8n's editor, which n8n-editor-ui has built in",
	'@n8n/composables': "source parts of n8n's editor",
	'@n8n/frontend-constants': "source parts of n8n's editor",
	'@n8n/frontend-utils': "source parts of n8n's editor",
	'@n8n/i18n': "source parts of n8n's editor",
	vue: "the framework of n8n's editor",
	'@n8n/mcp-browser': 'a browser for AI agents',
	'playwright*': 'a browser for tests',
	'@playwright/test': 'a browser for tests',
	typescript: 'a compiler that Zep names by mistake',
	'@napi-rs/canvas': 'draws the pages of PDF files',
	'pdf-parse': 'reads PDF files',
	'pdfjs-dist': 'reads PDF files',
	'@aws-sdk/client-sagemaker': 'machine learning of Amazon',
	'@chat-adapter/*': 'chats over Slack, Discord and Linear',
	'@confluentinc/kafka-javascript': 'the Kafka queue of large installations',
	'@daytona/sdk': 'computers for AI agents',
	'@getzep/*': 'memory of the service Zep',
	'@ibm-cloud/watsonx-ai': 'models of IBM',
	'@linear/sdk': 'chats over Linear',
	'@microsoft/*': 'agents of Microsoft 365',
	'@shanghaikid/parquetjs': 'Parquet files for Milvus',
	chromadb: 'the Chroma database',
	'chromadb-js-bindings-*': 'the Chroma database',
	'cohere-ai': 'models of Cohere',
	'discord.js': 'chats over Discord',
	'ibm-cloud-sdk-core': 'models of IBM',
	mssql: 'the Microsoft SQL Server database',
	'snowflake-sdk': 'the Snowflake database',
	'weaviate-client': 'the Weaviate database',
};

/** Optional peers that n8n loads when it starts, although in a full installation only parts that are left out need them. */
export const NEEDED_PEERS = [
	// By @sentry/node-core, in n8n 2.40 and 2.41.
	'@opentelemetry/instrumentation',
];
