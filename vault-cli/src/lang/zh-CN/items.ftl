# 简体中文：密件：密级、起草、密封、拆封。键与 en/items.ftl 一一对应；用词依 docs/glossary.md。

## 密级

name-level = 密级
name-term = 保密期限
name-mark = 密级标志
term-none = 无
term-to-be-declared = 另行写明
term-forms = 期限写成 2年、6个月、2030-12-31、长期，或解密条件
mark-english = 请写标志本身（{ $mark }）：英文 secret 指机密，confidential 指秘密，容易弄错
mark-star-on-internal = 工作秘密不带★，写作 内部
mark-released = “解密”表示原为秘密、现已解除：请办理解密；从未定密的写 无密级
mark-no-copy = 该件没有第 { $copy } 份
mark-head = 首页版头

## 密件

name-item = 密件号
name-basis = 定密依据
name-doc-no = 发文字号
name-urgency = 紧急程度
name-copying = 复制
name-sender = 发件人
name-scope = 知悉范围
name-copies = 份号
name-read-by = 阅读期限
name-not-before = 启用时间
name-keep-until = 保存到
name-made = 制作时间
name-size = 大小
name-suite = 算法套件
copy-kept = {" "}存底
suite-hybrid = 混合（抗量子）
suite-classic = 传统
starts-released = ，自送出之日起
starts-on = ，自 { $day } 起
starts-issued = ，自成文之日起
starts-notified = ，自通知之日起
ends-on = ，至 { $day } 24 时
urgency-normal = 平件
urgency-urgent = 加急
urgency-extra = 特急
copying-none = 不得复制
copying-ask = 经批准可复制
copying-allowed = 可复制
item-not-age = 这不是密封文件
item-cut = 文件不完整，文件头在中途断了
item-cut-next = 请对方重新提供完整的文件
item-length = 文件长度与标签所载不符，被截断或多了内容
inspect-unchecked = 以上是标签自己的说法；签名要有名录才能核验：vault check 文件

## 起草

ask-mark = 密级标志（机密★20年、秘密★10年、内部、无密级）
ask-to = 收件人（可写多个，用逗号隔开）
ask-title = 标题
ask-term = 保密期限（2年、6个月、2030-12-31）
ask-basis = 定密依据（条款，多条用分号隔开）
to-myself = 收件人不能是自己
to-myself-next = 您自己总会留有 0 号存底
term-unread = “{ $words }”不是保密期限
draft-form = 填写存放草稿的密件编号，vault outbox、vault inbox 中可查
why-form = 写作 字段=文字，例如 basis=依据第三条，因……
day-form = 日期写成 2026-12-31
folder-next = 列出其中的文件，多个文件会合为一件
not-a-file = { $path } 不是普通文件
file-name-unfit = 这个文件名不能随密件传送：{ $path }
file-name-unfit-next = 改名：不用控制符、方向符、\ / : * ? 一类符号，也不用 CON 一类系统保留的名字
refused-unknown = 未予通过
item-none = 没有密件“{ $word }”
item-none-next = 写密件号的开头或结尾，至少四位；vault inbox、vault outbox list 可列出
item-several = “{ $word }”对应不止一件
evidence-unwritten = 凭证无法写入
read-no-memory = 本机没有可用的内存文件夹，无法安全阅读
read-no-memory-next = 文字内容可用 --stdout；其他内容用 vault export 写到指定位置
viewer-failed = 打不开查看程序 { $program }
files-unfit = 这些文件不能合为一件

## 密封与打开

name-title = 标题
name-files = 文件
name-to = 收件人
name-blank = {" "}
name-scope-more = 另可知悉
name-signers = 须经审批
signers-none = 无
summary-files = { $names }（{ $size }）
seal-ask = 密封吗？
progress-seal = 密封
progress-open = 打开
sealed = 已密封：{ $path }
sealed-next = 这份文件可以随意转交，只有收件人能打开；不经交换站，没有签收凭证
seal-failed = 密封没有完成
seal-failed-next = 文件在密封途中是否被改动？没有留下半个文件，可以重来
io-full-here = 磁盘已满
opened = 已打开：{ $path }
opened-no-register = 文件未经交换站，登记簿里没有它的来历
open-not-mine = 这件不是封给您的
open-damaged = 打不开：内容损坏或被改动过
open-not-the-first = 该件自称重封，但与原发件人所封不一致
open-damaged-next = 保留原件，告诉发件人和密钥管理员
open-sync-next = vault keys sync
open-former-next = 如果它是封给您已换掉的旧密钥的，请密钥管理员办理恢复
remark-key-stopped = 发件人的签名密钥后来被停用，是否在停用前签署无法证明
remark-decider-stopped = 审批人的签名密钥其后已停用，此处无从证明意见签署在先
remark-decisions-by-file = 本件以文件送达，无从证明未遗漏不同意或撤回的意见；经交换站取件可由登记簿证明
remark-row-dropped = 最新拆封名单去掉了一名收件人，而此处尚未见其密钥停用；请运行 vault keys sync 同步名录
remark-writer-stopped = 拆封名单签署人的密钥后来被停用，是否在停用前签署无法证明
remark-term-ended = 保密期限已满，等待解密审核，不等于可以公开
remark-not-yet = 还没到启用时间
remark-later-directory = 本机没有该密件所依的名录版本，已按其后版本核验
remark-other = { $word }
check-passed = 各项规则都允许
check-item-passed = 签名有效，各项规则都允许

circulate-person = 传阅件须传给某一个人，请写姓名
circulate-output = 以文件收到的，也以文件传阅：写到哪里？
circulate-output-next = 加上 -o 新文件，写好后交给下一位
circulate-not-held = 本件不在您手中，或者您已经传给了别人
circulate-not-held-next = vault circulate 密件 可以看到传到了谁手中
circulate-confirm = 把 { $number } 号份签转给 { $name }？签名即表示您已阅。
circulate-failed = 无法传给下一位
circulated = { $path } 供 { $name } 阅读，只有此人的密钥能拆封
circulated-next = 请把文件交给下一位；vault circulate 文件 可以看到传阅经过。
circulated-at-relay = { $item } 已签转给 { $name }，在交换站待领取
circulate-way = { $number } 号份：{ $names }
circulate-left = 尚未传阅：{ $names }
circulate-all = 知悉范围内的人都已传阅。
