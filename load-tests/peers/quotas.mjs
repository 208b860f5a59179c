/** What every script may use, whatever it runs in. Paddock is given the same. */
export const TIME_MILLIS = 1_000;
export const MEMORY_MEBIBYTES = 64;
export const OUTPUT_BYTES = 512 * 1024;
