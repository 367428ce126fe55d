/** Request ids in the vendor's form, `rrt-<digits>-<letter>-gea1-<n>-<n>-<n>`. */
export const requestIdOf = (seed: number, n: number): string =>
  `rrt-0${(seed % 9000) + 100_000 + n}-c-gea1-${(n * 7) % 30_000}-${(n * 131) % 900_000}-${(n % 9) + 1}`
