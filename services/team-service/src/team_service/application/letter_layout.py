"""How an e-mail looks: one column, a button, and the link below it as text. Tables and styles in place, because mail
programs know little else; dark colors where a program asks for them. Nothing is loaded from anywhere.
"""

from string import Template
from typing import Final

LAYOUT: Final = Template("""<!doctype html>
<html lang="$language">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>$subject</title>
<style>
@media (prefers-color-scheme: dark) {
  .page { background: #16181c !important; }
  .card { background: #1f2228 !important; border-color: #343941 !important; }
  .text { color: #e6e8eb !important; }
  .faint { color: #a3a9b3 !important; }
  .button { background: #6ea0ff !important; color: #10131a !important; }
}
</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f4f5f7">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0"
  style="background:#f4f5f7">
<tr><td align="center" style="padding:32px 16px">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0"
  style="max-width:560px;background:#ffffff;border:1px solid #d9dce1;border-radius:8px">
<tr><td style="padding:32px;overflow-wrap:anywhere;
  font-family:system-ui,-apple-system,'Segoe UI',Roboto,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif">
<p class="faint" style="margin:0 0 24px;font-size:14px;line-height:20px;font-weight:600;color:#59616c">Labelstream</p>
$paragraphs
<p style="margin:24px 0"><a class="button" href="$link" style="display:inline-block;padding:12px 20px;border-radius:6px;
  background:#1f5fd0;color:#ffffff;font-size:16px;line-height:20px;font-weight:600;text-decoration:none">$action</a></p>
<p class="faint" style="margin:0 0 16px;font-size:13px;line-height:20px;color:#59616c">
<a class="faint" href="$link" style="color:#59616c">$link</a></p>
<p class="faint" style="margin:0;font-size:13px;line-height:20px;color:#59616c">$footnote</p>
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
""")
