import { pairwise } from '../support/matrix/cells';
import { testMatrix } from '../support/matrix/testMatrix';

testMatrix(pairwise);
