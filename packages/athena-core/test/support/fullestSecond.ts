/** The most of `times` (epoch milliseconds) that any span of `length` milliseconds holds which begins with one of them. */
export const fullestSecond = (times: ReadonlyArray<number>, length = 1000): number => {
  const sorted = [...times].sort((a, b) => a - b)
  let most = 0
  let first = 0
  for (const [last, time] of sorted.entries()) {
    while (time - (sorted[first] ?? 0) >= length) first++
    most = Math.max(most, last - first + 1)
  }
  return most
}
