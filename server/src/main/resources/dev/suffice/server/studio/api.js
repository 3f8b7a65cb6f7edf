// The server's HTTP API. Everything the page knows of it goes through here.

/** An answer that is an error; `status` 0 when there was no answer at all. */
export class ApiError extends Error {
    constructor(status, error, retryAfter) {
        super(error.message);
        this.status = status;
        this.code = error.code;
        this.param = error.param;
        this.retryAfter = retryAfter;
    }

    get serverGone() {
        return this.status === 0;
    }
}

let askForKey = null;

/** `ask` shows the key's dialog and fulfils when there is a session. */
export function onKeyNeeded(ask) {
    askForKey = ask;
}

export async function call(method, path, body) {
    let response;
    try {
        response = await fetch(path, {
            method,
            headers: body ? { "Content-Type": "application/json" } : {},
            body: body ? JSON.stringify(body) : undefined,
            credentials: "same-origin",
        });
    } catch {
        throw new ApiError(0, { message: "the server does not answer", code: "gone", param: null });
    }
    if (response.status === 401 && askForKey && path !== "/v1/session") {
        await askForKey();
        return call(method, path, body);
    }
    const json = response.headers.get("Content-Type")?.startsWith("application/json");
    const answer = json ? await response.json().catch(() => null) : null;
    if (!response.ok && !(path === "/health" && answer?.status)) {
        const error = answer?.error ?? { message: `the server answered ${response.status}`, code: "unknown", param: null };
        throw new ApiError(response.status, error, Number(response.headers.get("Retry-After")) || 0);
    }
    return answer;
}

export const health = () => call("GET", "/health");
export const models = async () => (await call("GET", "/v1/models")).data;
export const schedulers = async () => (await call("GET", "/v1/schedulers")).data;
export const formats = async () => (await call("GET", "/v1/formats")).data;
export const images = (after, limit = 36) => call("GET", `/v1/images?limit=${limit}${after ? "&after=" + encodeURIComponent(after) : ""}`);
export const image = (id) => call("GET", `/v1/images/${encodeURIComponent(id)}`);
export const removeImage = (id) => call("DELETE", `/v1/images/${encodeURIComponent(id)}`);
export const submit = (request) => call("POST", "/v1/jobs", request);
export const jobs = async () => (await call("GET", "/v1/jobs?limit=20")).data;
export const job = (id) => call("GET", `/v1/jobs/${encodeURIComponent(id)}`);
export const cancel = (id) => call("DELETE", `/v1/jobs/${encodeURIComponent(id)}`);
export const session = (key) => call("POST", "/v1/session", { api_key: key });
export const steps = (query) => call("GET", "/v1/steps?" + new URLSearchParams(query));
