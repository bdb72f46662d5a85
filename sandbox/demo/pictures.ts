import { join } from 'node:path';

import { CHECKOUT } from '../n8n/nodePackage';

/** Folder of the pictures that come with the examples. */
export const EXAMPLE_PICTURES = join(CHECKOUT, 'examples', 'pictures');
