/** A length of time in a few characters: `40 s`, `59 min`, `26 h`, `12 d`; a dash for what has none. */
export const age = (seconds: number | null): string => {
  if (seconds === null) return "–"
  if (seconds < 100) return `${Math.max(0, Math.floor(seconds))} s`
  if (seconds < 100 * 60) return `${Math.floor(seconds / 60)} min`
  if (seconds < 72 * 3600) return `${Math.floor(seconds / 3600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}
