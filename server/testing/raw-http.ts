import { connect } from 'node:net'

/**
 * Writes bytes to a port of 127.0.0.1 as they are, and resolves with everything that comes back until the server closes the
 * connection. What no HTTP client would send goes this way.
 */
export function sendRaw(port: number, ...parts: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.setEncoding('utf8')
    socket.on('data', (text) => {
      answer += text
    })
    // A server that closes while more is sent resets the connection; what it said before counts.
    socket.on('error', (error) => (answer === '' ? reject(error) : undefined))
    socket.on('close', () => resolve(answer))
    for (const part of parts) socket.write(part)
  })
}
