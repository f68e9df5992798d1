/** The media queries of the frame that decide what is rendered, and not only how. The others are in index.css. */

/** No room for facets beside the list: they open from a button in the top bar. */
export const NARROW = '(width < 900px)'

/** A low window, as at 200 % zoom: the strip folds into the query bar. */
export const LOW = '(height < 620px)'
