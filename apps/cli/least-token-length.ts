/** Shorter tokens can be guessed. */
export const LEAST_TOKEN_LENGTH = 16;
