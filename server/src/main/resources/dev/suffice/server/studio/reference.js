// The API as openapi.json has it.
import { el, find } from "./dom.js";

const document_ = await (await fetch("/openapi.json")).json();

find("try").textContent = `curl ${location.origin}/v1/images/generations \\
  -H 'Content-Type: application/json' \\
  -d '{"prompt": "a red sofa in a bright living room", "seed": 7, "depth": true}'`;

for (const tag of document_.tags) {
    const routes = Object.entries(document_.paths).flatMap(([path, methods]) => Object.entries(methods)
        .filter(([, operation]) => operation.tags?.includes(tag.name))
        .map(([method, operation]) => ({ path, method, operation })));
    find("routes").append(el("h2", {}, tag.name), el("p", {}, tag.description));
    for (const { path, method, operation } of routes) {
        find("routes").append(el("h3", {}, el("b", {}, method.toUpperCase()), path), el("p", {}, operation.summary + (operation.description ? " " + operation.description : "")));
        const fields = body(operation);
        if (fields.length) {
            find("routes").append(el("table", {}, el("tbody", {}, ...fields.map(([name, schema]) =>
                el("tr", {}, el("th", {}, el("code", {}, name)), el("td", {}, type(schema)), el("td", {}, schema.description ?? ""))))));
        }
    }
}

function resolve(schema) {
    return schema?.$ref ? schema.$ref.split("/").slice(1).reduce((node, key) => node[key], document_) : schema ?? {};
}

function body(operation) {
    const schema = resolve(operation.requestBody?.content?.["application/json"]?.schema);
    return Object.entries(schema.properties ?? {});
}

function type(schema) {
    const one = (part) => part.enum ? part.enum.join(" | ") : part.const ?? part.type;
    const all = schema.oneOf ?? schema.anyOf;
    const words = all ? all.map(one) : [schema.enum ? schema.enum.filter((value) => value !== null).join(" | ") : schema.type].flat();
    return words.filter((word) => word !== "null").join(" or ");
}
