/**
 * Keeps texts that hold patient data, encrypted, wherever Effect's persistence can keep something: in memory, in files, in
 * PostgreSQL, in Redis. What is kept tells neither the data nor who was asked for.
 */
import { Array as Arr, Context, Duration, Effect, Layer, Option, Predicate } from "effect"
import { Persistence } from "effect/persistence"
import type { Keyring } from "../encryption/Keyring.ts"
import { makeVault, type Sealed } from "../encryption/Vault.ts"
import type { Environment } from "../environment/Environment.ts"

export class SealedStore extends Context.Service<
  SealedStore,
  {
    /** What is kept for a question, still sealed; none as well when the store cannot be reached. */
    readonly find: (question: string) => Effect.Effect<Option.Option<Sealed>>
    /** Opens it. None when no key opens it, or what was kept is not what had been sealed. */
    readonly open: (question: string, sealed: Sealed) => Effect.Effect<Option.Option<string>>
    /** Seals and keeps; a store that cannot be reached keeps nothing, and is warned of. */
    readonly keep: (question: string, text: string, timeToLive: Duration.Input) => Effect.Effect<void>
    /** Fails when the store cannot be reached: who asks for it must know that it was done. */
    readonly forget: (question: string) => Effect.Effect<void, Persistence.PersistenceError>
  }
>()("athena-core/cache/SealedStore") {
  /** With the keys of the ring, in the persistence that is provided; each environment's apart from the others'. */
  static readonly layer = (options: {
    readonly keyring: Keyring
    readonly environment: Environment
  }): Layer.Layer<SealedStore, never, Persistence.BackingPersistence> => Layer.effect(SealedStore, make(options))
}

const make = Effect.fnUntraced(function* (options: { readonly keyring: Keyring; readonly environment: Environment }) {
  const vault = yield* makeVault(options.keyring)
  const backing = yield* Persistence.BackingPersistence
  const store = yield* backing.make(`athena-${options.environment}-patient-data`)
  const warn = (what: string) => Effect.logWarning(`The store of encrypted answers cannot be reached: ${what}`)

  return SealedStore.of({
    find: Effect.fnUntraced(function* (question) {
      const names = yield* vault.namesOf(question)
      const kept = yield* store.getMany(names).pipe(
        Effect.catchTag("PersistenceError", () =>
          Effect.as(
            warn("athenahealth is asked instead"),
            Arr.map(names, () => undefined)
          )
        )
      )
      for (const [index, value] of kept.entries()) {
        const name = names[index]
        if (name !== undefined && Predicate.hasProperty(value, "sealed") && typeof value.sealed === "string") {
          return Option.some({ name, text: value.sealed })
        }
      }
      return Option.none()
    }),
    open: vault.open,
    keep: (question, text, timeToLive) =>
      Effect.flatMap(vault.seal(question, text), (sealed) =>
        store.set(sealed.name, { sealed: sealed.text }, Duration.fromInputUnsafe(timeToLive))
      ).pipe(Effect.catchTag("PersistenceError", () => warn("the answer is not kept"))),
    forget: (question) =>
      Effect.flatMap(vault.namesOf(question), (names) => Effect.forEach(names, store.remove, { discard: true }))
  })
})
