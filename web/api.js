// The server's HTTP routes: the token, and failures as sentences.

const asked = new URLSearchParams(location.search);
let accessToken = asked.get('token') ?? sessionStorage.getItem('parlante.token') ?? '';
if (asked.has('token')) {
  // The token stays out of the address bar, the history and what is sent as a referrer.
  sessionStorage.setItem('parlante.token', accessToken);
  asked.delete('token');
  const rest = asked.toString();
  history.replaceState(null, '', location.pathname + (rest ? `?${rest}` : '') + location.hash);
}

export const token = () => accessToken;
export function setToken(text) {
  accessToken = text.trim();
  sessionStorage.setItem('parlante.token', accessToken);
}

/** What went wrong, in a sentence for the user. `code` is the server's word for it. */
export class Problem extends Error {
  constructor(code, sentence, retryAfter = 0) {
    super(sentence);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

const byStatus = {
  401: ['unauthorized', 'This server asks for an access token.'],
  404: ['not_found', 'The server does not know this any more.'],
  413: ['too_large', 'This file is too large for the server.'],
  429: ['busy', 'The server is busy. It will be tried again.'],
  501: ['not_built', 'This server was built without it.'],
  503: ['draining', 'The server is not ready.'],
};

/** The failure an answer tells of: the server's own sentence, where it gives one. */
export function problemOf(status, text, retryAfter) {
  let error = {};
  try {
    error = JSON.parse(text).error ?? {};
  } catch {
    // No JSON: a proxy answered, or nobody.
  }
  const [code, sentence] = byStatus[status] ?? ['failed', `The server answered with an error (${status}).`];
  return new Problem(error.code ?? code, error.message ?? sentence, Number(retryAfter) || 0);
}

function headers(more = {}) {
  return accessToken ? { ...more, Authorization: `Bearer ${accessToken}` } : more;
}

export async function request(path, { method = 'GET', body, type, signal } = {}) {
  let answer;
  try {
    answer = await fetch(path, { method, body, signal, headers: headers(type ? { 'Content-Type': type } : {}) });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem('unreachable', 'The server cannot be reached.');
  }
  if (!answer.ok) throw problemOf(answer.status, await answer.text(), answer.headers.get('Retry-After'));
  return answer;
}

export const json = async (path, options) => (await request(path, options)).json();

/** POSTs a form; `onprogress` is told the share sent, 0..1. */
export function upload(path, form, onprogress = () => {}) {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open('POST', path);
    for (const [name, value] of Object.entries(headers())) sending.setRequestHeader(name, value);
    sending.upload.onprogress = (event) => event.lengthComputable && onprogress(event.loaded / event.total);
    sending.onerror = () => reject(new Problem('unreachable', 'The connection was lost while sending. Is the file perhaps too large?'));
    sending.onload = () => {
      if (sending.status >= 200 && sending.status < 300) {
        resolve(JSON.parse(sending.responseText));
      } else {
        reject(problemOf(sending.status, sending.responseText, sending.getResponseHeader('Retry-After')));
      }
    };
    sending.send(form);
  });
}
