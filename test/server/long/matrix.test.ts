import { cells } from '../support/matrix/cells';
import { testMatrix } from '../support/matrix/testMatrix';

testMatrix(cells);
