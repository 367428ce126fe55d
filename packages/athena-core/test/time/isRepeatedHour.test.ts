import { assert, it } from "@effect/vitest"
import { DateTime } from "effect"
import { easternStamp } from "../../src/time/easternStamp.ts"
import { isRepeatedHour } from "../../src/time/isRepeatedHour.ts"

const at = (stamp: string) => isRepeatedHour(easternStamp.parse(stamp) ?? DateTime.makeUnsafe(0))

it("is the hour from 1:00 on the first Sunday of November, and no other", () => {
  assert.isTrue(at("11/03/2024 01:00:00"))
  assert.isTrue(at("11/03/2024 01:59:59"))
  assert.isTrue(at("11/02/2025 01:30:00"))
  for (const other of ["11/03/2024 00:59:59", "11/03/2024 02:00:00", "11/10/2024 01:30:00", "03/10/2024 01:30:00"]) {
    assert.isFalse(at(other), other)
  }
})
