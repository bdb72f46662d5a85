/** 1.123.81, and 2.x before 2.41, name an xlsx file on a host outside the npm registry. */
export const OVERRIDES: Record<string, string> = { xlsx: '0.18.5' };
