/**
 * Text that PostgreSQL can store and every JSON reader reads alike: a NUL or half a surrogate pair
 * becomes U+FFFD. Done before hashing, so that one hostile id cannot make a whole batch fail.
 */
export const storableText = (text: string): string => {
  const formed = text.toWellFormed()
  return formed.includes("\u0000") ? formed.replaceAll("\u0000", "\uFFFD") : formed
}
