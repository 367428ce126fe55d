/** A certificate authority that lives as long as a test, and what it signs. Node itself can read certificates, not make them. */
import "reflect-metadata"
import { X509Certificate } from "node:crypto"
import * as X509 from "@peculiar/x509"

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }
const hour = 3_600_000

const keyPair = () => crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])

const validity = (now: number) => ({ notBefore: new Date(now - hour), notAfter: new Date(now + hour) })

export interface Identity {
  /** Of a server: its certificate and its private key, as PEM. */
  readonly cert: string
  readonly key: string
}

export interface Authority {
  /** Its own certificate, as PEM. */
  readonly certificate: string
  /** A certificate for a server of that name, and for this machine's loopback address. */
  readonly identityOf: (hostName: string) => Promise<Identity>
}

const pemOf = async (key: Awaited<ReturnType<typeof keyPair>>["privateKey"]) =>
  X509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY")

/** An authority as a hospital has one: nobody else's machine knows it. */
export const makeAuthority = async (): Promise<Authority> => {
  const now = Date.now()
  const keys = await keyPair()
  const root = await X509.X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    name: "CN=Authority of a test",
    ...validity(now),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new X509.BasicConstraintsExtension(true, 0, true),
      new X509.KeyUsagesExtension(X509.KeyUsageFlags.keyCertSign, true)
    ]
  })
  const identityOf = async (hostName: string) => {
    const server = await keyPair()
    const certificate = await X509.X509CertificateGenerator.create({
      serialNumber: "02",
      subject: `CN=${hostName}`,
      issuer: root.subject,
      ...validity(now),
      signingAlgorithm: algorithm,
      signingKey: keys.privateKey,
      publicKey: server.publicKey,
      extensions: [
        new X509.SubjectAlternativeNameExtension([
          { type: "dns", value: hostName },
          { type: "ip", value: "127.0.0.1" }
        ]),
        new X509.ExtendedKeyUsageExtension([X509.ExtendedKeyUsage.serverAuth])
      ]
    })
    return { cert: new X509Certificate(certificate.toString("pem")).toString(), key: await pemOf(server.privateKey) }
  }
  return { certificate: root.toString("pem"), identityOf }
}
