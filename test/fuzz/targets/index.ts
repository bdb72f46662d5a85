import type { Target } from '../rule';
import { files } from './files';
import { responses } from './responses';
import { tasks } from './tasks';
import { webhooks } from './webhooks';

/** Where foreign input comes in. */
export const TARGETS: readonly Target[] = [webhooks, responses, tasks, files];
