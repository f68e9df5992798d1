/** Bounds on what is read together, in the terminal and on the page. */
export const MAX_MANIFEST_FILES = 10_000
/** Characters of all files. */
export const MAX_MANIFEST_LENGTH = 256 << 20
