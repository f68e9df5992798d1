/** Data compressed with zstd, and frames made by hand: Node 20 has no encoder. */
import { line, whiskerRecord } from './samples.ts'

/** The lines that {@link COMPRESSED_LINES} holds. */
export const ZSTD_LINES = Array.from({ length: 400 }, (_, i) => line(whiskerRecord(i))).join('')

/** A frame of several blocks with its checksum, by `zstd -19 --check` 1.5.4 from a pipe. */
export const COMPRESSED_LINES = Buffer.from(
  'KLUv/QRojBUAlp1VIUBt8rP5iGiWDGhDKJmLj7Yf/z89AiVNSVKOAgOJqnJyc1AATgBPALX5Zc++gYf3NYAiYGDOt24b5huPqUzk' +
    'OX5Zt6+82QgsviHpfJHxCo3IZs9KxC9Yt1HCqjzkS/w9y6DYIeQQKzRaMC9Wo163/wAro9JXm50IhxfPROge5DbilwgZEvRh3bN7' +
    'ds/ShwoOhCUarNslQshONLhdXqHSEX8n3DYPFcjI2tB/ugcxxNxWKudU6rplpCKrpBPOt8SHKK+BFnC+iHmt1Vo3xhirJEkprYUS' +
    'V2q1lLrbnSXuTgkzQMVXiUaNSOS2qXPPI8Il/tzjUFHBMJGIlocOqPxs4gLBnsfIBu7ZBAiVEPUP3NJ/PCCtG75We1PtrNo9pXZf' +
    '3u6t27273RN3J6i7te7WinWSdKOEu3txt1LczRJ3o9TYnRmr5oQZ82JmVuyIE/dqzow1J2YBgJeowVDLSUFKCpJMa9AqkJmZFHQy' +
    'KCACCEMYBiKACEYITghioiJACP4Bf2RXExWRdytRntqtRPXmboF21O4O9XUXB/1nNwP1zy4D9YndSpQn71aierbds6gkYLciSmvu' +
    'tqOK9rsBywYlO7sAGwNVY7v/OgIVLnb9lQ2UbO326wM9gLG7r1JGBdtrfhdfk0cD24/lbr2mFgVsRfO78po++tcyprvvmlzUr32t' +
    '77Lrhl6CuquuPigY9V10JQ6t5WeuqrzlKo2Sq95pUNoNV+ETB7qQZ7C6uae/dJmnn+guz3LSdZ4T1eWe/NJ95jnLf3RVecpSaF31' +
    'frGM4W4DzwtUPb5SvMataa8MqVwZFJsvFGeCo0QbSB4spI4c+TV7+VBen088PdXDn9euPtxqgkIzxa0tozaMHW5SVkPWgZdq1r1r' +
    'pmTqrhHJNvB7kr6tqb3uw7D406TMahVUCQBiDRgJwHfJbibxfykBWl/1I31I/0X/Qv+ZX+bfbXtKS2mS9mjDaItoU2g/aEOwApbT' +
    'v/HKa9u159rg2m1tNY6MIeNiNIwzpAy5kzYJFinVSM3TYJqkUbQ9tEFoE2jrbL/ikiWAmKhgKD3ADxL4/+/DBP+6frskKnD3RNHe' +
    'vVErd5eoYbehye5Di92DRu+KUJndBN2w243qwC6KCrQ7okZ3hyjj3THq2h0otxvQbxfQ1y5AnV2APnc7UbC74Kipu39RL3d/UR3u' +
    '7qjgLqDzboDKXYDeuwPF7wK6u1tFjdoFooS7Q9T17htFc3eImtodoJ/dBe3YBdCd3YRuuwwF2m2iYHdB1OndMcpwd4ia7j5RtF1C' +
    'v92EXrsIbXZx6M9uQTvYrUZ1sEtFTSQKDBsAxmM/CrC5AcItbcsMLgc7ADsAOwBL+Z6ZITIw4haW4cmbXGtDdfeiLVLuEc1myQZg' +
    '7MrAFnpvsr0hqAaoaKpNFaOaqmqr1qogVpGs6rAPGxKyPMZkFiqGoXFjit9mvJqYl8QgjbgkiKWOB1xMmYKBpHCLYIEgvIGBSQLD' +
    'DriwAlimhtfBXGsI6h1SwxkLBw6CtwVcrvmk4yTVDMXOnTSLDOeRzMwKmQEi5grALPTz9mbCLhmmKpdKsqyUFzQyhyJDJ+RuQA4F' +
    'V3uj1IXEvuJ0TukgE70U6FJxH8Q6BYoGunRrRAssSG9qaFKFhjXoAgEtw+l1RnNTHELKO0FcCuQbAoEvqEEV4w+h0Xgkmkg+Evj/' +
    'RwDZBL9CEOsHz+gyeKkdCgp23miHhEKH19khoG7nXXZoqHR4kR0C6nbeYoeGSodX2CGgbuf9dWiodHh5HQLqdt5ch4ZKh9fWIaBu' +
    '5511aAYVLV5Yh4CqmbfVoaHc4VV1aKiaeU8dGsodXlKHhqqZN9Shodzh9XRoqJp5Nx0ayh1eTIeGqpm30qGh3OGVdGiomnkfHRrK' +
    'HV5Ghw6g2uJNdCio2nkNHSJUDbyDDoGimRfQoUPRwNvnUKibefUcOhQNvHcOhbqZl86hQ9HAG+dQqJt53Rw6FA28aw6FupkXzaFD' +
    '0cBb5lCom3nFHDqDYov3y6GgbuflckgodHizHALqdl4rh4ZKh3fKIaBu54VyaKh0eJscAup2XiWHhkqH98ghoG7nJXJoqHR4gxwC' +
    '6nZeH4eGGpmLwLvjkCJKdOiV4MVx2EIBw2vjUKj38dI4BBSweGUcAqptXhiHSqjYvC4OASotXhaHAjUWXhWHQJWZF8UhE0qe18Qh' +
    'QbGJl8QhoMTBK+LQgIKBF8ShUO/j9XCIBgVv8XI4JBT6vBoOnVByeTEcCurS9lo4RKii7aVwqFBFs1fCIQ+l2L0QDgUKY/U6OCRU' +
    '0exlcMhQQt+b4NAPVfy9Bg4F5bH4DjgUVNzqBXAoAmrV1S7FaqLBzq7EOvrZ24VYiQasdh1Wopv1LsNaRof1rsKK6GS1i7AmeljZ' +
    'NVghutjsEqxGi8VF5q7Aemi92GWUe7s7UXVk16PG725E0RS7MSo7vEuGEvp2eSi9vEtQfPBuQOnFuwaND7uKYu4r5GQVAAZeMQnA' +
    'HQMkSUi46rgyADAAKwBfjJsxLvI4lON0MP4wbnLiUiYOYOLTdedDdlpNnQJDJ4TMSRNybsdp8KeEnkAgcJLdBUd+GbldkctFwxA5' +
    '1ZAPQ24LuUyQg01OMPkhuQ2Qiw3eOIWNTzVuRuMi6SAzTiTjAV/mk/lj/pgv5of5m7/5mg/m/5Vv5Vf5VD6VP+VLOdxklC+XG1ku' +
    'NwzlJAFf8BP8A/8L/AH/8A+/8AP8f+fb+XX+0/lzvpz/cf7ne/7D+We+mV9mgSCo4Xji9MGqPJL1ARKgEPz/FkrBv6wfH3glevEK' +
    'UYcXo0XeH+3+4e2jP29Fi7w56vL+6MRbo3Fej6a8e3S1PO9EMbwQbfDOaJq3o5N/eH30511RKS9HW94/2vvLW6Ibb4g2vDEq5f3o' +
    '7h9eH/15V1TKy9GW949mvBod8/Yoy9ujB2+MSnk9uuX9UQRvo4e8HfXzerTGm1F5Xkcr2eP9aJa3opK8Hb1592jDu9Egb4/yvD1a' +
    'gXfjISyU9rd5NR4moX7nzXhAhKrJi/FQCNVh3ouHCajuH/NaPEhC/c9b8dAIVSAvxcMglM+8Ew+YUHN5JR5KqHpE7ZXpUA/FGS/E' +
    'AwrUTd6Hh0KoDvM6PExCZcnb8ICEyjMvw0MT6oC8Cw9DKN/zKjwAoerlTXgoQnU8L8IDAkqZ5XkPHpRQ+eY1eChCFZC34GER6nNe' +
    'ggdEqJ28Aw8nVBbkFXiQhuKdN+ABEaomL8BDIVSHef8dNqGy8vo7QELtz9vvUAkVIC+/wyLUz7z7DoBQNXn1HSqhNpo332EJhSEv' +
    'vgMS6k/ee4d+yuTy1jsQWuXnlXdg6J2X992BoXdeXnYHht55edMdGHrn5TV3YOidl3fcgaF3Xl5wB4beeXm7HbjQKzDzajsYui5V' +
    'y3XiiWwOAAaeKgqwWw4kCYkwScoDKQAfACkAoxa1qNfV1aEKVJ1QnVCZUJVQkVCRUI1QiVAN1VAVqhAqECoQqgMqA6pFJzqIDqKB' +
    '6LPPNrtssskeW+z7bocNNtinNnWpS03qgTQgfUaf0WZ0GU1Gk9FjtBh99NGNDqPBaDD6iDaii+gimogeooVoITqmtCldSpPSpPQo' +
    'LUovvXSlQ2lQGpQ+pA3pQrqQJqQHaUFakE460oF0gSGcIazBBwBI44Xo8k4UeSXKvBFVXogq70SbV6LNK1HkjejyQlR5JVp5E4W8' +
    'iU5eRD0vop4XUc+LqOdF1PMi6nkR9byIel5EPS+inhdRz4uo50XU8yLqeRH1vIh6XkQ9L6KeF1HPi6jnRdTzIup5EfW8iHpeRD0v' +
    'op4XUc+LqOdF1PMi6nkR9byIel5EPS+inhdRz4uo50XU8yLqeRH1vIh6XkQ9L6KeF1HPi6jnRdTzIup5EfW8iHpeRD0vop4XUc+L' +
    'qOdF1PMi6nkR9byIel5EPS+inhdRz4uo50XU8yLqeRH1vIh6XkQ9L6KeF1HPi6jnRdTzIup5EfW8iHpeRD0vop4XUc+LqOdF1PMi' +
    '6nkR9byIel5EPS+inhcWVQIBzQMA00YJ47Q4/fTTnQ6nwWlw+pg2povpYpqYHqaFaWG66UwH08E0MH1KA0PYABJ4BoFnEPytgn/T' +
    'H8Y7UeeVKPNOFHkTxbyISt5EmVeiyxvR5p3o8kYUeSfqvBJl3okib6KYF1HJmyjzSnR5I9q8E13eiCLvRF3zugAACCI0f60=',
  'base64',
)

export type HandMadeBlock =
  | { readonly is: 'raw'; readonly bytes: Uint8Array }
  | { readonly is: 'run'; readonly byte: number; readonly length: number }

/** A frame without a checksum. `windowLog`: the logarithm of its window, 10 or more. */
export function zstdFrame(blocks: readonly HandMadeBlock[], windowLog = 17): Buffer {
  const last = blocks.length - 1
  const encoded = blocks.map((block, i) => {
    const size = block.is === 'raw' ? block.bytes.length : block.length
    const header = Buffer.alloc(3)
    header.writeUIntLE((size << 3) | (block.is === 'raw' ? 0 : 2) | (i === last ? 1 : 0), 0, 3)
    return Buffer.concat([header, block.is === 'raw' ? block.bytes : Buffer.of(block.byte)])
  })
  return Buffer.concat([Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0, (windowLog - 10) << 3), ...encoded])
}
