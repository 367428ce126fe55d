import type { Appointment } from "@athena-engine/athena-core/endpoints/appointments/Appointment"
import type { Claim } from "@athena-engine/athena-core/endpoints/claims/Claim"
import type { Patient } from "@athena-engine/athena-core/endpoints/patients/Patient"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, type Scope } from "effect"
import { expectTypeOf } from "vitest"
import type { ReadError } from "../../src/handlers/Delivery.ts"
import * as Handlers from "../../src/handlers/Handlers.ts"
import { type Handler, on, type TopicPattern } from "../../src/handlers/on.ts"

class Sms extends Context.Service<Sms, { readonly send: Effect.Effect<void> }>()("test/Sms") {}

describe("on", () => {
  it("gives the record that the topic is about", () => {
    on("Appointment.check-in", { name: "a" }, ({ record, topic }) => {
      expectTypeOf(record).toEqualTypeOf<Appointment | undefined>()
      expectTypeOf(topic).toEqualTypeOf<"Appointment.check-in">()
      return Effect.void
    })
    on("Patient.*", { name: "b" }, ({ record, topic }) => {
      expectTypeOf(record).toEqualTypeOf<Patient | undefined>()
      expectTypeOf(topic).toEqualTypeOf<"Patient.create" | "Patient.delete" | "Patient.merge" | "Patient.update">()
      return Effect.void
    })
    on("Claim.update", { name: "c" }, (delivery) => {
      expectTypeOf(delivery.read).toEqualTypeOf<Effect.Effect<Claim, ReadError>>()
      // @ts-expect-error no record is read before
      return Effect.succeed(delivery.record)
    })
    on("ReferringProvider.update", { name: "d" }, (delivery) => {
      // @ts-expect-error no endpoint of ours reads one
      return Effect.succeed(delivery.read)
    })
  })

  it("tells several types apart", () => {
    on(["Appointment.cancel", "Claim.*"], { name: "a" }, (delivery) => {
      if (delivery.type === "Claim") {
        expectTypeOf(delivery.read).toEqualTypeOf<Effect.Effect<Claim, ReadError>>()
        return delivery.read
      }
      expectTypeOf(delivery.record).toEqualTypeOf<Appointment | undefined>()
      return Effect.void
    })
  })

  it("knows every topic, and no other", () => {
    // @ts-expect-error there is none
    on("Appointment.create", { name: "a" }, () => Effect.void)
    // @ts-expect-error there is none
    on("Visit.*", { name: "a" }, () => Effect.void)
    // @ts-expect-error no topic at all
    on([], { name: "a" }, () => Effect.void)
    assert.lengthOf(on("Appointment.*", { name: "a" }, () => Effect.void).topics, 8)
    assert.deepStrictEqual(on(["Claim.update", "Claim.*"], { name: "a" }, () => Effect.void).topics.length, 3)
  })

  it("asks for what its handler needs", () => {
    const sends = on("Appointment.schedule", { name: "a" }, () => Effect.andThen(Sms, (sms) => sms.send))
    expectTypeOf(sends).toEqualTypeOf<Handler<Sms>>()
    const holds = on("Patient.*", { name: "b" }, () => Effect.addFinalizer(() => Effect.void))
    expectTypeOf(holds).toEqualTypeOf<Handler<Scope.Scope>>()
    expectTypeOf(Handlers.layer([sends, holds])).toEqualTypeOf<Layer.Layer<never, Handlers.HandlersInvalid, Sms>>()
    expectTypeOf(Handlers.layer([holds])).toEqualTypeOf<Layer.Layer<never, Handlers.HandlersInvalid>>()
  })

  it.effect("is refused at the start with all that is wrong", () =>
    Effect.gen(function* () {
      const handler = (name: string, topics: string, attempts?: number) =>
        on(topics as TopicPattern, { name, ...(attempts === undefined ? {} : { attempts }) }, () => Effect.void)
      const refused = yield* Effect.flip(
        Effect.scoped(
          Layer.build(
            Handlers.layer([
              handler("one", "Appointment.create"),
              handler("two", "Visit.*"),
              handler("two", "Claim.*"),
              handler("a name", "Claim.*", 0)
            ])
          )
        )
      )
      assert.deepStrictEqual(refused.problems, [
        '"a name" is no name',
        "two are named two",
        "one: there is no topic Appointment.create",
        "two: there is no topic Visit.*",
        "a name: attempts must be 1 or more"
      ])
      assert.include(refused.message, "there is no topic Visit.*")
    })
  )
})
