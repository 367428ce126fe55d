/** Capitals become X and all other letters x. */
export const letterless = (text: string): string => text.replace(/\p{Lu}/gu, "X").replace(/[^\P{L}X]/gu, "x")
