import { assert, describe, it } from "@effect/vitest"
import { isOpaqueId } from "../../src/ids/OpaqueId.ts"

describe("the form of an id", () => {
  it.each([
    "1",
    "026",
    "-5",
    "H228145",
    "987654321098765432109876543210",
    "a-195900.E-30003",
    "a-195900.Provider-71",
    "7d1f3f0a-5a1e-4c8e-9a55-0d6f3c1f9a10",
    "rrt-0100004-c-gea1-21-393-4"
  ])("is that of %s", (id) => assert.isTrue(isOpaqueId(id)))

  it.each([
    "",
    " ",
    "Smith",
    "Smith, Ann",
    "Ann Smith 1980",
    "ann@example.org",
    "7 Main Street",
    "123-45-6789",
    "617-555-0123",
    "1990-01-02",
    "01/02/1990",
    "1\u00002",
    "٣",
    "1\n2",
    "<b>1</b>",
    `a${"1".repeat(64)}`,
    "1".repeat(65)
  ])("is not that of %j", (text) => assert.isFalse(isOpaqueId(text)))
})
