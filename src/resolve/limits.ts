/** Beyond `INPUT_BYTES_MAX` the head is kept because causes stand early in a build ... */
export const HEAD_CHARS = 1024 * 1024
/** ... and the tail because the verdict and the last stack stand at the end. UTF-16 units. */
export const TAIL_CHARS = 4 * 1024 * 1024
/** A longer line is data (a bundle, a JSON dump), not a message: its beginning is enough. UTF-16 units. */
export const LINE_CHARS_MAX = 8 * 1024
/** One JSON log line with a stack in it; a longer one is cut and read as text. UTF-16 units. */
export const JSON_LINE_CHARS_MAX = 64 * 1024
/** Layers of prefixes that are peeled off: compose around a logger around the program is already three. */
export const LAYERS_MAX = 4
/** After so many occurrences a text is a flood, and the cause stood before it. */
export const OCCURRENCES_MAX = 200
/** A message is masked up to here: long ones quote data, and the mask's cost must stay bounded. UTF-16 units. */
export const MESSAGE_CHARS_MAX = 4 * 1024
/** Frames kept of one stack: deeper ones are the framework. */
export const FRAMES_MAX = 40
/** Parameters kept of one message. */
export const PARAMS_MAX = 16
/** Lines one occurrence may span: a deep recursion prints thousands of equal frames. */
export const SPAN_LINES_MAX = 4000
/** Lines of context on each side of the primary that are searched with. */
export const CONTEXT_LINES = 12
/** Terms of one column of a search document: a whole explanation page is about 600. */
export const COLUMN_TERMS_MAX = 1500
/** The port's promises. */
export const QUERY_TERMS_MAX = 64
export const QUERY_FINGERPRINTS_MAX = 64
export const META_BYTES_MAX = 16 * 1024
/** Characters of a document's text that are tokenised. */
export const TEXT_CHARS_MAX = 64 * 1024
