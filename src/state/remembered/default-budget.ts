/** The bytes of memory that the flows of a page may take, unless the reader has chosen another budget. */
export const DEFAULT_BUDGET = 256e6
