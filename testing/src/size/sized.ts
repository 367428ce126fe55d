/** The value for the size that the tests run in: `TEST_SIZE=long` (as `pnpm test:long` sets it), or else the short one. */
export const sized = <A>(sizes: { readonly short: A; readonly long: A }): A =>
  process.env["TEST_SIZE"] === "long" ? sizes.long : sizes.short
