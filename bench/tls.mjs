// TLS and HTTP/2 in front of the server, as the shipped proxy settings do it (deploy/nginx): records of 1,400 bytes,
// bodies passed on as they come. Writes one JSON line for each answer: method, path, status, bytes each way.
//   node tls.mjs TARGET_PORT CERTIFICATE KEY
import http from "node:http";
import http2 from "node:http2";
import { readFileSync } from "node:fs";

const [target, certificate, key] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
const RECORD = 1400;
const DROPPED = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade", "proxy-connection"]);

/** Header lines as HTTP/1.1 writes them; HTTP/2 packs them smaller. */
const weigh = (headers) =>
  Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + String(value).length + 4, 0);

function pass(request, response) {
  const headers = { "x-forwarded-proto": "https", host: request.headers[":authority"] || request.headers.host };
  for (const [name, value] of Object.entries(request.headers)) if (!name.startsWith(":")) headers[name] = value;
  let up = 0;
  let down = 0;
  const onward = http.request(
    { agent, port: Number(target), host: "127.0.0.1", method: request.method, path: request.url, headers },
    (answer) => {
      const kept = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !DROPPED.has(name)));
      response.writeHead(answer.statusCode, kept);
      answer.on("data", (piece) => {
        down += piece.length;
        response.write(piece);
      });
      answer.on("end", () => {
        response.end();
        const line = { method: request.method, path: request.url, status: answer.statusCode, up, down };
        console.log(JSON.stringify({ ...line, head: weigh(kept) + 17, asked: weigh(headers) + request.url.length + 14 }));
      });
    },
  );
  onward.on("error", () => response.destroy());
  request.on("data", (piece) => {
    up += piece.length;
    onward.write(piece);
  });
  request.on("end", () => onward.end());
}

const options = { allowHTTP1: true, cert: readFileSync(certificate), key: readFileSync(key), minVersion: "TLSv1.2" };
const server = http2.createSecureServer(options, pass);
server.on("secureConnection", (line) => line.setMaxSendFragment(RECORD));
server.on("sessionError", () => {});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
