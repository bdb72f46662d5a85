import { join } from 'node:path';

import { CHECKOUT } from '../n8n/nodePackage';

/** Folder of the images that come with the examples. */
export const EXAMPLE_IMAGES = join(CHECKOUT, 'examples', 'images');
