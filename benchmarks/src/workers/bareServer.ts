/**
 * The least that a receiver can be: `node:http`, the signature, `JSON.parse`, one insert for each request by `pg` over 16
 * connections, 200. Nothing is understood, nothing is read for it. Its argument is the database; its first line is its port.
 */
import { timingSafeEqual } from "node:crypto"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import pg from "pg"
import { signatureOf } from "./notification.ts"

const pool = new pg.Pool({ connectionString: process.argv[2], max: 16 })
await pool.query("create table if not exists bare (id text primary key, body text not null)")

const text = "insert into bare values ($1, $2) on conflict do nothing"

const server = createServer((request, response) => {
  const pieces: Array<Buffer> = []
  request.on("data", (piece: Buffer) => pieces.push(piece))
  request.on("end", () => {
    const body = Buffer.concat(pieces)
    const signature = Buffer.from(signatureOf(body))
    const given = Buffer.from(String(request.headers["x-hub-signature"]))
    const isSigned = given.length === signature.length && timingSafeEqual(given, signature)
    const answer = (status: number) => response.writeHead(status, { "content-length": 0 }).end()
    if (!isSigned) return void answer(401)
    const { entry } = JSON.parse(body.toString())
    const values = [entry[0].resource.notificationEvent[0].id, body.toString()]
    pool.query({ name: "one", text, values }).then(
      () => answer(200),
      () => answer(503)
    )
  })
})
server.listen(0, "127.0.0.1", () => process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`))
