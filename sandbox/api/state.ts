import type { Sandbox } from './sandbox';
import type { SandboxPost, SandboxState } from './wire';

/** Everything seen; `since` (epoch ms) limits what is recorded by time. */
export function stateOf(sandbox: Sandbox, since: number): SandboxState {
	const recent = <T extends { at: number }>(record: T[]) => record.filter(({ at }) => at >= since);
	const accepted = sandbox.posts.filter(({ taskId }) => taskId !== null);
	return {
		now: Date.now(),
		settings: sandbox.settings,
		posts: recent(sandbox.posts),
		postsPerImage: countByImage(sandbox.posts),
		acceptedPerImage: countByImage(accepted),
		acceptedPerPrompt: count(accepted.map(({ prompt }) => prompt)),
		acceptedPerEndpoint: count(accepted.map(({ endpoint }) => endpoint)),
		acceptedPosts: accepted.length,
		requests: recent(sandbox.requests),
		tasks: sandbox.tasks.list().map((task) => sandbox.shown(task)),
		webhooks: recent(sandbox.sentWebhooks),
		uploads: sandbox.uploads.all().map(({ fileId, contentType, sizeBytes, createdAt }) => ({
			...{ fileId, contentType, sizeBytes, createdAt },
		})),
		rules: sandbox.rules.list(),
	};
}

/** A POST counts once for each file, even when it names the file twice. */
function countByImage(posts: SandboxPost[]): Record<string, number> {
	return count(posts.flatMap(({ fileUrls }) => [...new Set(fileUrls)]));
}

function count(names: Array<string | null>): Record<string, number> {
	const counts = new Map<string, number>();
	for (const name of names) if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
	return Object.fromEntries(counts);
}
