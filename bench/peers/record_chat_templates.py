#!/usr/bin/env python3
"""Records what Python's jinja2 makes of chat templates, one JSON file, for ChatTemplateFixtureTest.

    python bench/peers/record_chat_templates.py OUT_FILE

The environment is the one of transformers: sandboxed, trim_blocks, lstrip_blocks, loop controls, {% generation %}, its tojson,
raise_exception and strftime_now (here of a fixed time). The templates are written for this test, in the manner of published
ones. Each case has the template, messages, add_generation_prompt, extra variables, and `expected` or, where the template
refuses, `error`. Needs jinja2 only.
"""
import datetime
import json
import pathlib
import sys

import jinja2
import jinja2.ext
import jinja2.nodes
import jinja2.sandbox

NOW = datetime.datetime(2026, 3, 7, 9, 5, 2)
TOKENS = dict(bos_token="<s>", eos_token="</s>")


class Generation(jinja2.ext.Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_render"), [], [], body).set_lineno(line)

    def _render(self, caller):
        return caller()


def refuse(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


ENVIRONMENT = jinja2.sandbox.ImmutableSandboxedEnvironment(
    trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
)
ENVIRONMENT.filters["tojson"] = tojson
ENVIRONMENT.globals["raise_exception"] = refuse
ENVIRONMENT.globals["strftime_now"] = NOW.strftime

U, A, S, T = "user", "assistant", "system", "tool"
ONE = [(U, "Hello, how are you?")]
SYSTEM = [(S, "  You are a helpful\nassistant. "), (U, "Hi!")]
LONG = [(S, "Be brief."), (U, " What is 2+2? "), (A, "4\n"), (U, "And \"3+3\"?\u00a0"), (A, "<think>\nthree and three\n</think>\n\n6"), (U, "Danke schön 🙂")]
NO_ALTERNATION = [(U, "one"), (U, "two")]
TOOL = [(U, "Weather?"), (A, "let me see"), (T, "rain"), (T, "wind"), (A, "Rain and wind."), (U, "Thanks")]
CONVERSATIONS = [ONE, SYSTEM, LONG, NO_ALTERNATION, TOOL]
TOOLS = [{"type": "function", "function": {"name": "weather", "description": "The weather, \"now\" <b>&'", "parameters": {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer", "default": 1.5}}, "required": ["city"], "empty": {}, "none": None, "yes": True}}}]

LLAMA = """{{- bos_token }}
{%- if custom_tools is defined %}
    {%- set tools = custom_tools %}
{%- endif %}
{%- if not date_string is defined %}
    {%- if strftime_now is defined %}
        {%- set date_string = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date_string = "1 Jan 2025" %}
    {%- endif %}
{%- endif %}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{{- "<|start|>system<|end|>\\n\\n" }}
{%- if tools is not none %}
    {{- "Environment: ipython\\n" }}
{%- endif %}
{%- if builtin_tools is defined %}
    {{- "Tools: " + builtin_tools | reject('equalto', 'code') | join(", ") + "\\n\\n"}}
{%- endif %}
{{- "Today: " + date_string + "\\n\\n" }}
{%- if tools is not none and not in_user %}
    {%- for t in tools %}
        {{- t | tojson(indent=4) }}
        {{- "\\n\\n" }}
    {%- endfor %}
{%- endif %}
{{- system_message }}
{{- "<|eot|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start|>' + message['role'] + '<|end|>\\n\\n'+ message['content'] | trim + '<|eot|>' }}
    {%- elif message.role == "tool" or message.role == "ipython" %}
        {{- "<|start|>ipython<|end|>\\n\\n" }}
        {%- if message.content is mapping or (message.content is iterable and message.content is not string) %}
            {{- message.content | tojson }}
        {%- else %}
            {{- message.content }}
        {%- endif %}
        {{- "<|eot|>" }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start|>assistant<|end|>\\n\\n' }}
{%- endif %}
"""

QWEN_2 = """{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- if messages[0]['role'] == 'system' %}
        {{- messages[0]['content'] }}
    {%- else %}
        {{- 'You help.' }}
    {%- endif %}
    {{- "\\n\\n# Tools\\n<tools>" }}
    {%- for tool in tools %}
        {{- "\\n" }}
        {{- tool | tojson }}
    {%- endfor %}
    {{- "\\n</tools>, as {\\"name\\": <name>}<|im_end|>\\n" }}
{%- else %}
    {%- if messages[0]['role'] == 'system' %}
        {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
    {%- else %}
        {{- '<|im_start|>system\\nYou help.<|im_end|>\\n' }}
    {%- endif %}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant" and not message.tool_calls) %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {{- '<|im_start|>' + message.role }}
        {%- for tool_call in message.tool_calls %}
            {%- if tool_call.function is defined %}
                {%- set tool_call = tool_call.function %}
            {%- endif %}
            {{- tool_call.name }}
        {%- endfor %}
    {%- elif message.role == "tool" %}
        {%- if (loop.index0 == 0) or (messages[loop.index0 - 1].role != "tool") %}
            {{- '<|im_start|>user' }}
        {%- endif %}
        {{- '\\n<tool_response>\\n' }}
        {{- message.content }}
        {{- '\\n</tool_response>' }}
        {%- if loop.last or (messages[loop.index0 + 1].role != "tool") %}
            {{- '<|im_end|>\\n' }}
        {%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""

QWEN_3 = """{%- if messages[0].role == 'system' %}
    {{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
{%- endif %}
{%- set ns = namespace(multi_step_tool=true, last_query_index=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.multi_step_tool and message.role == "user" and message.content is string and not(message.content.startswith('<tool_response>') and message.content.endswith('</tool_response>')) %}
        {%- set ns.multi_step_tool = false %}
        {%- set ns.last_query_index = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.content is string %}
        {%- set content = message.content %}
    {%- else %}
        {%- set content = '' %}
    {%- endif %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) %}
        {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {%- set reasoning_content = '' %}
        {%- if message.reasoning_content is string %}
            {%- set reasoning_content = message.reasoning_content %}
        {%- else %}
            {%- if '</think>' in content %}
                {%- set reasoning_content = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
                {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
            {%- endif %}
        {%- endif %}
        {%- if loop.index0 > ns.last_query_index %}
            {%- if loop.last or (not loop.last and reasoning_content) %}
                {{- '<|im_start|>' + message.role + '\\n<think>\\n' + reasoning_content.strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') }}
            {%- else %}
                {{- '<|im_start|>' + message.role + '\\n' + content }}
            {%- endif %}
        {%- else %}
            {{- '<|im_start|>' + message.role + '\\n' + content }}
        {%- endif %}
        {{- '<|im_end|>\\n' }}
    {%- elif message.role == "tool" %}
        {%- if loop.first or (messages[loop.index0 - 1].role != "tool") %}
            {{- '<|im_start|>user' }}
        {%- endif %}
        {{- '\\n<tool_response>\\n' ~ content ~ '\\n</tool_response>' }}
        {%- if loop.last or (messages[loop.index0 + 1].role != "tool") %}
            {{- '<|im_end|>\\n' }}
        {%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}"""

MISTRAL = """{%- if messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}
{%- set user_messages = loop_messages | selectattr("role", "equalto", "user") | list %}
{#- roles have to alternate -#}
{%- set ns = namespace() %}
{%- set ns.index = 0 %}
{%- for message in loop_messages %}
    {%- if not (message.role == "tool" or (message.tool_calls is defined and message.tool_calls is not none)) %}
        {%- if (message["role"] == "user") != (ns.index % 2 == 0) %}
            {{- raise_exception("Roles must alternate user/assistant/user/assistant/...") }}
        {%- endif %}
        {%- set ns.index = ns.index + 1 %}
    {%- endif %}
{%- endfor %}
{{- bos_token }}
{%- for message in loop_messages %}
    {%- if message["role"] == "user" %}
        {%- if tools is not none and (message == user_messages[-1]) %}
            {{- "[TOOLS] [" }}
            {%- for tool in tools %}
                {%- set tool = tool.function %}
                {{- '{"type": "function", "function": {' }}
                {%- for key, val in tool.items() if key != "return" %}
                    {%- if val is string %}
                        {{- '"' + key + '": "' + val + '"' }}
                    {%- else %}
                        {{- '"' + key + '": ' + val|tojson }}
                    {%- endif %}
                    {%- if not loop.last %}
                        {{- ", " }}
                    {%- endif %}
                {%- endfor %}
                {{- "}}" }}
                {%- if not loop.last %}
                    {{- ", " }}
                {%- else %}
                    {{- "]" }}
                {%- endif %}
            {%- endfor %}
            {{- "[/TOOLS]" }}
        {%- endif %}
        {%- if loop.last and system_message is defined %}
            {{- "[INST] " + system_message + "\\n\\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST] " + message["content"] + "[/INST]" }}
        {%- endif %}
    {%- elif message["role"] == "assistant" %}
        {{- " " + message["content"]|trim + eos_token}}
    {%- elif message["role"] == "tool" %}
        {{- '[RESULT]' + message.content|string + '[/RESULT]' }}
    {%- else %}
        {{- raise_exception("Only user and assistant roles are supported, not " ~ message.role) }}
    {%- endif %}
{%- endfor %}
"""

GEMMA = """{{ bos_token }}
{%- if messages[0]['role'] == 'system' -%}
    {%- if messages[0]['content'] is string -%}
        {%- set first_user_prefix = messages[0]['content'] + '

' -%}
    {%- else -%}
        {%- set first_user_prefix = messages[0]['content'][0]['text'] + '

' -%}
    {%- endif -%}
    {%- set loop_messages = messages[1:] -%}
{%- else -%}
    {%- set first_user_prefix = "" -%}
    {%- set loop_messages = messages -%}
{%- endif -%}
{%- for message in loop_messages -%}
    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}
        {{ raise_exception("Conversation roles must alternate user/assistant/user/assistant/...") }}
    {%- endif -%}
    {%- if (message['role'] == 'assistant') -%}
        {%- set role = "model" -%}
    {%- else -%}
        {%- set role = message['role'] -%}
    {%- endif -%}
    {{ '<turn>' + role + '
' + (first_user_prefix if loop.first else "") }}
    {%- if message['content'] is string -%}
        {{ message['content'] | trim }}
    {%- elif message['content'] is iterable -%}
        {%- for item in message['content'] -%}
            {%- if item['type'] == 'image' -%}
                {{ '<image>' }}
            {%- elif item['type'] == 'text' -%}
                {{ item['text'] | trim }}
            {%- endif -%}
        {%- endfor -%}
    {%- else -%}
        {{ raise_exception("Invalid content type") }}
    {%- endif -%}
    {{ '<end>
' }}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{'<turn>model
'}}
{%- endif -%}
"""

PHI_3 = """{% for message in messages %}{% if message['role'] == 'system' and message['content'] %}{{'<|system|>
' + message['content'] + '<|end|>
'}}{% elif message['role'] == 'user' %}{{'<|user|>
' + message['content'] + '<|end|>
'}}{% elif message['role'] == 'assistant' %}{{'<|assistant|>
' + message['content'] + '<|end|>
'}}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>
' }}{% else %}{{ eos_token }}{% endif %}"""

SMOL_2 = """{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system
You are small.<|im_end|>
' }}{% endif %}{{'<|im_start|>' + message['role'] + '
' + message['content'] + '<|im_end|>' + '
'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant
' }}{% endif %}
"""

SMOL_3 = """{# defaults #}
{%- if enable_thinking is not defined -%}
{%- set enable_thinking = true -%}
{%- endif -%}
{# the mode #}
{%- if enable_thinking -%}
  {%- set reasoning_mode = "/think" -%}
{%- else -%}
  {%- set reasoning_mode = "/no_think" -%}
{%- endif -%}
{{- "<|im_start|>system\\n" -}}
{%- if messages[0].role == "system" -%}
  {%- set system_message = messages[0].content -%}
  {%- if "/no_think" in system_message -%}
    {%- set reasoning_mode = "/no_think" -%}
  {%- endif -%}
  {%- set custom_instructions = system_message.replace("/no_think", "").replace("/think", "").rstrip() -%}
{%- endif -%}
{%- if "/system_override" in system_message -%}
  {{- custom_instructions.replace("/system_override", "").rstrip() -}}
{%- else -%}
  {{- "## Metadata\\n\\n" -}}
  {%- set today = strftime_now("%d %B %Y") -%}
  {{- "Date: " ~ today ~ "\\n" -}}
  {{- "Reasoning: " + reasoning_mode + "\\n\\n" -}}
  {%- if custom_instructions -%}
    {{- custom_instructions + "\\n\\n" -}}
  {%- endif -%}
  {%- if xml_tools or python_tools or tools -%}
    {%- set ns = namespace(text="tools:\\n") -%}
    {%- for tool in tools[:] -%}
      {%- set ns.text = ns.text ~ (tool | string) ~ "\\n" -%}
    {%- endfor -%}
    {{- ns.text -}}
  {%- endif -%}
  {{- "<|im_end|>\\n" -}}
{%- endif -%}
{# the messages #}
{%- for message in messages -%}
    {%- set content = message.content if message.content is string else "" -%}
    {%- if message.role == "user" -%}
        {{ "<|im_start|>" + message.role + "\\n"  + content + "<|im_end|>\\n" }}
    {%- elif message.role == "assistant" -%}
        {% generation %}
        {%- if reasoning_mode == "/think" -%}
            {{ "<|im_start|>assistant\\n" + content.lstrip("\\n") + "<|im_end|>\\n" }}
        {%- else -%}
            {{ "<|im_start|>assistant\\n" + "<think>\\n\\n</think>\\n" + content.lstrip("\\n") + "<|im_end|>\\n" }}
        {%- endif -%}
        {% endgeneration %}
    {%- elif message.role == "tool" -%}
    {{ "<|im_start|>" + "user\\n"  + content + "<|im_end|>\\n" }}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {%- if reasoning_mode == "/think" -%}
        {{ "<|im_start|>assistant\\n" }}
    {%- else -%}
        {{ "<|im_start|>assistant\\n" + "<think>\\n\\n</think>\\n"  }}
    {%- endif -%}
{%- endif -%}
"""

MACROS = """{%- macro turn(role, text, end='<|e|>', upper=false) -%}
<|{{ role|upper if upper else role }}|>{{ text }}{{ end }}
{%- endmacro -%}
{% macro kind(t) %}
  {% if t == 'integer' %}int{% elif t == 'string' %}str{% else %}Any{% endif %}
{% endmacro %}
{{ turn('system', 'sys', upper=true) }}
{% for m in messages %}
{{ turn(m.role, m.content, end=loop.index ~ '/' ~ loop.length) }}
{% endfor %}
[{{ kind('integer') | trim }}] [{{- kind('x') -}}]
{% macro nested(list) %}{% for x in list %}{% if x is sequence and x is not string %}({{ nested(x) }}){% else %}{{ x }}{% endif %}{% endfor %}{% endmacro %}
{{ nested([1, [2, [3, 'a']], 4]) }}"""

BREAKS = """{% for m in messages %}
  {% if m.role == 'tool' %}
    {% continue %}
  {% endif %}
  {% if loop.index0 >= 4 %}
    {% break %}
  {% endif %}
  {{ loop.index }}{{ loop.revindex }} {{ loop.previtem.role if loop.previtem is defined else '^' }} {{ m.role }} {{ loop.nextitem.role if loop.nextitem is defined else '$' }}
{% else %}
  none
{% endfor %}
{% for m in messages if m.role == 'nobody' %}{{ m }}{% else %}nobody{% endfor %}
{% for m in messages if m.role == 'user' %}{{ loop.index }}/{{ loop.length }}{{ ',' if not loop.last }}{% endfor %}
"""

# Small expressions, each a case of its own: what it gives is compared, or that it fails.
EXPRESSIONS = [
    "{{ 1 + 2 * 3 - 4 // 3 % 2 }} {{ 7 / 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 2 ** 3 }} {{ 6 / 2 }} {{ 1.5 + 1 }} {{ 1e3 }} {{ -2|abs }}",
    "{{ 1 < 2 < 3 }} {{ 1 == 1.0 }} {{ 'a' < 'b' }} {{ not true or true and false }} {{ 'x' or 'y' }} {{ '' or none }} {{ 0 and 1 }}",
    "{{ none }} {{ true }} {{ [1, 'a', none, 1.0, {'k': \"it's\"}] }} {{ {'a': [], 'b': {}} }} {{ ['\\n\\t\\\\\"', 'é🙂'] }}",
    "{{ 'a' ~ 1 ~ none ~ 2.50 ~ true }} {{ 'ab' * 3 }} {{ [1] + [2] }} {{ 'a' 'b' }}",
    "{{ 'Hello World'.split() }} {{ 'a,b,,c'.split(',') }} {{ 'a b c d'.split(' ', 2) }} {{ '  x  y '.split() }} {{ 'a-b-c'.rsplit('-', 1) }}",
    "{{ '  ab '.strip() }}|{{ 'xxabxx'.strip('x') }}|{{ 'xyab'.lstrip('yx') }}|{{ 'ab\\n\\n'.rstrip('\\n') }}|{{ '  ab '|trim }}|{{ '--a-'|trim('-') }}",
    "{{ 'abc'.startswith('ab') }} {{ 'abc'.endswith(('x', 'bc')) }} {{ 'abc'.find('c') }} {{ 'abcabc'.rfind('b') }} {{ 'aXa'.count('a') }} {{ 'abc'.index('b') }}",
    "{{ 'aBc'.upper() }} {{ 'aBc'.lower() }} {{ 'aBc dEf'.title() }} {{ 'aBc'.capitalize() }} {{ 'a-b'.replace('-', '+') }} {{ 'aaa'.replace('a', 'b', 2) }} {{ 'prefix-x'.removeprefix('prefix-') }} {{ 'x.txt'.removesuffix('.txt') }}",
    "{{ ', '.join(['a', 'b']) }} {{ 'l1\\nl2\\r\\nl3'.splitlines() }} {{ '12'.isdigit() }} {{ 'ab'.isalpha() }} {{ ' '.isspace() }} {{ 'AB'.isupper() }}",
    "{{ 'abcdef'[1:3] }} {{ 'abcdef'[-2:] }} {{ 'abcdef'[::-1] }} {{ 'abcdef'[::2] }} {{ [1,2,3][:-1] }} {{ [1,2,3][-1] }} {{ 'a🙂b'[1] }} {{ 'a🙂b'|length }} {{ [1,2,3][5:] }} {{ [1,2,3,4][3:0:-2] }}",
    "{{ messages|map(attribute='role')|list }} {{ messages|map('length')|join('-') }} {{ messages|map(attribute='role')|map('upper')|join(',') }}",
    "{{ messages|selectattr('role', 'equalto', 'user')|list|length }} {{ messages|rejectattr('role', 'in', ['user', 'system'])|map(attribute='content')|list }} {{ messages|selectattr('nothing')|list }} {{ messages|selectattr('nothing', 'defined')|list }} {{ messages|selectattr('content', 'string')|list|length }}",
    "{{ [3, 1, 2]|sort }} {{ [3, 1, 2]|sort(reverse=true)|first }} {{ ['b', 'A', 'c']|sort|last }} {{ [1, 1, 2]|unique|list }} {{ [1, 2]|sum }} {{ [1, 5, 2]|max }} {{ [1, 5, 2]|min }} {{ 'abc'|reverse }} {{ [1, 2]|reverse|list }} {{ 'abc'|first }}",
    "{{ x|default('d') }} {{ ''|default('d') }} {{ ''|default('d', true) }} {{ none|d('z') }} {{ x is defined }} {{ (x.y is defined) if (x is defined) else 'no' }} [{{ x }}] {{ x is undefined }} {{ (x or 'none') }}",
    "{{ 3 is odd }} {{ 4 is even }} {{ 9 is divisibleby 3 }} {{ 9 is divisibleby(2) }} {{ none is none }} {{ 1 is number }} {{ true is boolean }} {{ 1.5 is float }} {{ 1 is integer }} {{ true is integer }} {{ {} is mapping }} {{ 'a' is iterable }} {{ [] is sequence }} {{ 1 is not string }} {{ 'a' is in ['a'] }} {{ 1 is eq 1 }} {{ 2 is gt 1 }} {{ false is false }} {{ 0 is false }} {{ 'A' is upper }}",
    "{{ 'a' in 'abc' }} {{ 'a' not in ['b'] }} {{ 'role' in messages[0] }} {{ 1 in [1, 2] }} {{ x in [none] }} {{ 'a' in x }}",
    "{% set d = {'b': 1, 'a': [1, 2], 'c': {'x': none}} %}{{ d.items()|list|length }} {{ d.keys()|list }} {{ d.values()|list }} {{ d.get('b') }} {{ d.get('z') }} {{ d.get('z', 5) }} {{ d['a'][1] }} {{ d.c.x }} {{ d|length }} {% for k, v in d|items %}{{ k }}={{ v }};{% endfor %} {% for k, v in d|dictsort %}{{ k }}{% endfor %}{% for k in d %}{{ k }}{% endfor %}",
    "{{ {'a': 'é\"<\\n', 'n': 1, 'f': 1.0, 'l': [], 'o': {}, 't': true, 'z': none, 'c': '\\u0001\\x7f'}|tojson }} {{ [1, [2, {'a': 1}]]|tojson(indent=2) }} {{ 'x'|tojson }} {{ {'b': 1, 'a': 2}|tojson(sort_keys=true) }} {{ [1, 2]|tojson(separators=(',', ':')) }} {{ 'é🙂'|tojson(ensure_ascii=true) }}",
    "{{ 'l1\\nl2\\n\\nl4'|indent(2) }}|{{ 'l1\\nl2'|indent(4, true) }}|{{ 'l1\\nl2'|indent('>') }}",
    "{{ 'hello world-foo'|title }} {{ 'hELLO'|capitalize }} {{ 'aBc'|lower }} {{ 'a-b'|replace('-', '') }} {{ '<a>'|e }} {{ 5|string + '!' }} {{ '42'|int + 1 }} {{ 'x'|int }} {{ '1.5'|float }} {{ 2.567|round(1) }} {{ 2.5|round|int }} {{ 'a b c'|wordcount }}",
    "{{ 'a' if false }}|{{ 'a' if false else 'b' if true else 'c' }}|{{ ('a' if true else 'b') ~ 'c' }}",
    "{% set a, b = 1, 'two' %}{{ a }}{{ b }} {% set c %}  text {{ a }} {% endset %}[{{ c }}] {% set d | trim | upper %} abc {% endset %}[{{ d }}]",
    "{% set x = 1 %}{% for i in [1, 2] %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }} {% if true %}{% set x = 9 %}{% endif %}{{ x }}",
    "{% with y = 3, z = 4 %}{{ y + z }}{% endwith %}{{ y is defined }} {% filter upper %}shout{% endfilter %}",
    "{% for i in range(3) %}{{ i }}{% endfor %} {{ range(1, 10, 3)|list }} {{ range(5)|list|length }} {{ range(3, 0, -1)|list }}",
    "{% for i in 'aé🙂' %}{{ loop.cycle('x', 'y') }}{{ i }}{% endfor %} {% for a, (b, c) in [(1, (2, 3))] %}{{ a + b + c }}{% endfor %} {% for m in [1, 1, 2] %}{{ loop.changed(m) }}{% endfor %}",
    "a\n  {% if true %}\n  b\n  {% endif %}\n\tc  {# note #}\n d {%- if true -%}  \n e {%- endif %}\n\n f",
    "  {%+ if true %}x{% endif +%}\n y\n{{ 1 }}\n  {{ 2 }}\n{{- 3 -}}\n z\n\n",
    "{% raw %}{{ not }} {% this %}{% endraw %} {{ '{{' }} {{ '%}' }} {{ {'a': {'b': 1}} }}",
    "a\r\nb\r\n{% if true %}\r\nc\r\n{% endif %}\r\nd",
    "{{ dict(a=1, b='x') }} {{ dict(a=1).a }} {% set ns = namespace(n=0, l=[]) %}{% for i in [1, 2, 3] %}{% set ns.n = ns.n + i %}{% set ns.l = ns.l + [i] %}{% endfor %}{{ ns.n }} {{ ns.l }}",
    "{{ 'quote\\'s' }} {{ \"d\\\"q\" }} {{ '\\u00e9\\x41\\101\\q' }} {{ 'tab\\t|' }}",
    "{{ strftime_now('%Y-%m-%d %H:%M:%S %y %j %A %a %B %b %I %p %%') }}",
    "{{ messages[0].items()|list }} {{ messages[0] }} {{ messages|length }} {{ messages|first|length }} {{ (messages|last)['role'] }}",
    "{{ ('a', 'b')[0] }} {{ (1,)|list }} {{ ()|list }} {{ [1, 2, ] }} {{ {'a': 1, } }}",
    "{{ 1_000 }} {{ 100000000000000000 }} {{ 1e20 }} {{ 0.1 + 0.2 }} {{ 1.0e-7 }} {{ 123456789.123 }} {{ 2 ** -1 }} {{ 1e16 }} {{ 7 // 2.0 }}",
    "{%- set content = 'a</think>b' -%}{%- if '</think>' in content -%}{{ content.split('</think>')[1] }}{%- endif -%}",
    "{{ [['a', 1], ['b', 2]]|map(first)|list }}",
    "{{ messages | groupthem }}",
    "{{ undefined_thing.attribute }}",
    "{{ undefined_thing() }}",
    "{{ 'a' + 1 }}",
    "{{ none + 'a' }}",
    "{{ messages[99].role }}",
    "{{ messages[99] }}|{{ messages['x'] }}|{{ messages[0].nothing }}|{{ messages[0]['nothing'] }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ messages.append(1) }}",
    "{{ messages.__class__ }}",
    "{{ 1 / 0 }}",
    "{% if true %}",
    "{% endfor %}",
    "{{ 'open }}",
    "{% include 'x' %}",
    "{% for x in 5 %}{% endfor %}",
    "{% set x = 1 %}{% set x.y = 2 %}",
    "{{ raise_exception('no: ' + messages[0].role) }}",
    "{{ undefined_thing + 'a' }}",
    "{{ [1, 2] < [1, 3] }} {{ [1] == [1] }} {{ {'a': 1} == {'a': 1.0} }} {{ true == 1 }} {{ 'a' == 1 }} {{ 'b' > 'a' }}",
    "{{ 1 < 'a' }}",
    "{% macro f(a, b='x') %}{{ a }}{{ b }}{% endmacro %}{{ f() }}|{{ f(1) }}|{{ f(b=2, a=1) }}|{{ f('<') }}",
    "{% macro f(a) %}{{ a }}{% endmacro %}{{ f(1, 2) }}",
    "{% set outer = 'o' %}{% macro f() %}{{ outer }}{{ messages|length }}{% endmacro %}{{ f() }}{% for m in messages %}{% set inner = loop.index %}{% endfor %}{{ inner is defined }}",
    "{% for x in [1,2] %}{% for y in [1,2] %}{{ loop.index }}{{ loop.first }}{% if y == 1 %}{% continue %}{% endif %}.{% endfor %}{{ loop.last }}{% endfor %}",
    "{% call(x) wrap() %}{{ x }}{% endcall %}",
    "{{ caller is defined }} {{ loop is defined }}",
    "{{ ' a'|trim|upper|length + 1 }} {{ -1|abs }} {{ not 'a' in 'b' }} {{ 2 - 1 - 1 }} {{ 'a' ~ 'b' == 'ab' }} {{ 1 if 1 is defined else 2 }}",
    "{{ 'x' is not defined and true }} {{ tools is none }} {{ documents is none }} {{ add_generation_prompt }} {{ bos_token }} {{ eos_token }} {{ pad_token is defined }}",
    "{{ 'a%sb%d' % ('x', 3) }} {{ '%s' % 'y' }} {{ '%s-%s'|format('a', 2) }}",
    "{{ 'a {} {}'.format('b', 3) }} {{ '{0}{1}{0}'.format('x', 'y') }} {{ '{a}'.format(a=1) }}",
    "{{ 'abc'|list }} {{ {'a': 1}|list }} {{ 'a'|string is string }} {{ '  '|trim|length }} {{ [[1, 2], [3]]|sum(start=[]) }} {{ [0, 1, '', 'a']|select|list }} {{ [1, 2, 3]|reject('odd')|list }}",
    "a {#-#}  b {#- x -#}\n c {#+ x +#}\n d\n  {#-#}  \n  {# x #}  e",
    "{% if 1 if true else 2 %}x{% endif %}",
    "{{ 3|round }} {{ true|abs }} {{ 'a' is lower }} {{ '1' is lower }} {{ 'A b' is upper }} {{ 'a-b 2.5'|wordcount }} {{ 2.7|round(method='floor') }}",
    "{{ (none)[1:] is undefined }} {{ messages[0]['items'] is defined }} {{ none['x'] is defined }}",
    "{{ '1' 'x' }}{{ [1,\n2]|join }}{#- c -#}  {{ 'end' -}}   \n",
]


def cases():
    named = [("llama", LLAMA), ("qwen2", QWEN_2), ("qwen3", QWEN_3), ("mistral", MISTRAL), ("gemma", GEMMA), ("phi3", PHI_3), ("smol2", SMOL_2), ("smol3", SMOL_3), ("macros", MACROS), ("breaks", BREAKS)]
    for name, template in named:
        for k, conversation in enumerate(CONVERSATIONS):
            yield f"{name}-{k}", template, conversation, k % 2 == 0, {}
    for name, template in named[:8]:
        yield f"{name}-tools", template, LONG, True, dict(tools=TOOLS, enable_thinking=False)
    yield "llama-extra", LLAMA, ONE, True, dict(custom_tools=[], builtin_tools=["code", "search", "maths"], date_string="a day")
    for k, template in enumerate(EXPRESSIONS):
        yield f"expression-{k}", template, LONG, True, {}


def main():
    recorded = []
    for name, template, conversation, prompt, extra in cases():
        messages = [dict(role=role, content=content) for role, content in conversation]
        case = dict(name=name, template=template, messages=messages, add_generation_prompt=prompt, extra=extra)
        variables = dict(tools=None, documents=None) | TOKENS | extra
        try:
            case["expected"] = ENVIRONMENT.from_string(template).render(
                messages=messages, add_generation_prompt=prompt, **variables
            )
        except Exception as e:  # whatever Python raises, the template is refused
            case["error"] = str(e)
        recorded.append(case)
    # Templates and conversations occur many times and are written once.
    templates = list(dict.fromkeys(case["template"] for case in recorded))
    talks = list(dict.fromkeys(json.dumps(case["messages"]) for case in recorded))
    for case in recorded:
        case["template"] = templates.index(case["template"])
        case["messages"] = talks.index(json.dumps(case["messages"]))
    fixture = dict(
        jinja2=jinja2.__version__, now=NOW.isoformat(), tokens=TOKENS, templates=templates,
        conversations=[json.loads(talk) for talk in talks], cases=recorded,
    )
    pathlib.Path(sys.argv[1]).write_text(json.dumps(fixture, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
