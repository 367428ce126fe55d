import { assert, describe, it } from "@effect/vitest"
import { Unreachable } from "../../src/errors/AthenaError.ts"
import { isLasting, wasNeverConnected } from "../../src/errors/connectionCodes.ts"

describe("a connection that failed", () => {
  it.each<[string, RegExp, boolean, boolean]>([
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", /^the server's certificate .* NODE_EXTRA_CA_CERTS/, true, true],
    ["SELF_SIGNED_CERT_IN_CHAIN", /^the server's certificate .* NODE_EXTRA_CA_CERTS/, true, true],
    ["CERT_HAS_EXPIRED", /not valid now .* clock/, true, true],
    ["ERR_TLS_CERT_ALTNAME_INVALID", /another host name/, true, true],
    ["PROXY_SELF_SIGNED_CERT_IN_CHAIN", /^the proxy's certificate .* NODE_EXTRA_CA_CERTS/, true, true],
    ["PROXY_STATUS_407", /the proxy refused the credentials.*HTTPS_PROXY/, true, true],
    ["PROXY_STATUS_403", /the proxy refused to connect.*NO_PROXY/, true, true],
    ["PROXY_STATUS_502", /the proxy refused to connect.*502/, false, true],
    ["PROXY_ECONNREFUSED", /could not be connected to \(ECONNREFUSED\)/, false, true],
    ["ECONNREFUSED", /the connection failed \(ECONNREFUSED\)/, false, true],
    ["ENOTFOUND", /the connection failed/, false, true],
    ["ECONNRESET", /the connection failed/, false, false],
    ["UND_ERR_SOCKET", /the connection failed/, false, false]
  ])("with %s says what to do, and whether to try again", (code, message, lasting, unsent) => {
    const error = new Unreachable({ code })
    assert.match(error.message, message)
    assert.notInclude(error.message, "\n")
    assert.deepStrictEqual([isLasting(code), wasNeverConnected(code)], [lasting, unsent])
  })
})
