/** So many captures are merged at most: each is open, and has a batch in memory, all the time. */
export const MAX_MERGED_CAPTURES = 256
