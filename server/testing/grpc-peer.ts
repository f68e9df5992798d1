/** A gRPC server for tests of the bridge: Goldmane's methods on raw bytes, answered by functions of the test. */
import {
  Server,
  ServerCredentials,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type MethodDefinition,
} from '@grpc/grpc-js'

export type UnaryHandler = handleUnaryCall<Buffer, Buffer>
export type StreamHandler = handleServerStreamingCall<Buffer, Buffer>

export interface PeerMethods {
  readonly list?: UnaryHandler
  readonly stream?: StreamHandler
}

export interface PeerTls {
  readonly ca: string
  readonly cert: string
  readonly key: string
}

export interface GrpcPeer {
  readonly port: number
  /** Destroys every connection. */
  close(): void
}

export async function startGrpcPeer(
  methods: PeerMethods,
  tls: PeerTls | null = null,
  port = 0,
): Promise<GrpcPeer> {
  const server = new Server()
  const { list, stream } = methods
  if (list !== undefined) server.addService({ List: rawMethod('List', false) }, { List: list })
  if (stream !== undefined) server.addService({ Stream: rawMethod('Stream', true) }, { Stream: stream })
  const credentials =
    tls === null
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(
          Buffer.from(tls.ca),
          [{ cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) }],
          true,
        )
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error, chosen) =>
      error === null ? resolve(chosen) : reject(error),
    )
  })
  return { port: bound, close: () => server.forceShutdown() }
}

function rawMethod(name: string, responseStream: boolean): MethodDefinition<Buffer, Buffer> {
  return {
    path: `/goldmane.Flows/${name}`,
    requestStream: false,
    responseStream,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  }
}

function asIs(bytes: Buffer): Buffer {
  return bytes
}
