# 简体中文：各命令共用的文字。键与 en/program.ftl 一一对应；用词依 docs/glossary.md。

## 帮助的框架

clap-usage = 用法：
clap-command = 命令
clap-commands = 命令
clap-options-slot = [选项]
clap-arguments = 参数
clap-options = 选项
clap-everywhere = 通用选项

## 用法有误

usage-unknown-option = 没有这个选项：{ $what }
usage-unknown-command = 没有这个命令：{ $what }
usage-missing = 还缺：{ $what }
usage-missing-command = 还缺一个命令
usage-no-value = { $what } 后面要有值
usage-bad-value = { $what } 不能是“{ $value }”
usage-twice = { $what } 重复给出
usage-conflict = { $what } 与 { $other } 不能同时使用
usage-count = { $what } 的个数不对
usage-not-utf8 = 参数不是有效的 UTF-8 文字
usage-other = 命令没有看懂
usage-near = 是不是想写：{ $what }
usage-help = 加 --help 查看用法

## 输出的框架

failed-lead = 未完成：{ "" }
refused-lead = 不允许：{ "" }
warn-lead = 注意：{ "" }
code-in-brackets = （{ $code }）
about = 所涉：{ $what }
cause = 原因：{ $detail }
time-left = 还剩 { $time }
span-seconds = { $seconds } 秒
span-minutes = { $minutes } 分 { $seconds } 秒
span-whole-minutes = { $minutes } 分钟
span-whole-hours = { $hours } 小时
span-hours = { $hours } 小时 { $minutes } 分
span-days = { $days } 天
count-files = { $count } 个文件

## 提问

ask-end = ：{ "" }
ask-yes-no = [y 是 / n 否]{ " " }
ask-number = 请输入 1 到 { $count } 之间的编号：{ "" }
ask-nobody = 需要回答“{ $question }”，请用 { $option } 给出
ask-declined = 已放弃，什么都没有改变
ask-broken = 终端读取失败

## 文件

io-not-found = 找不到 { $path }
io-denied = 没有权限：{ $path }
io-exists = 已经存在，不覆盖：{ $path }
io-exists-next = 换一个名字，或先移走原文件
io-full = 磁盘已满，写不下 { $path }
io-full-next = 腾出空间后再试；没有留下半个文件
io-is-folder = { $path } 是文件夹
io-other = 读写 { $path } 出错
file-open-to-others = 别人也能读 { $path }，不予使用
file-open-to-others-next = 先收回权限：chmod { $mode } { $path }
file-too-large = { $path } 太大，不像是这里要用的文件

## 个人目录

home-nowhere = 不知道个人目录在哪里，请用 --home 指定
home-none = { $path } 还不是个人目录
home-none-next = 先用密钥管理员给的单位文件加入：vault join 单位文件
home-newer = { $path } 由更新版本的程序写成，本程序不动它
home-newer-next = 换用新版本的 vault
home-damaged = { $path } 内容损坏
home-busy = 另一个 vault 正在使用这个个人目录
home-busy-next = 等它结束后再试

## 自检

doctor-home = 个人目录 { $path }
doctor-private = { $name } 只有本人能读
doctor-unlocked = 已解锁，暂不询问口令（vault lock 结束）
doctor-locked = 未解锁，每次询问口令
doctor-token = 令牌的插件已就位：{ $path }
doctor-organisation = 单位：{ $name }
doctor-directory = { $number } 号名录有效，{ $day } 前可用于密封
doctor-clock = 时钟 { $time }
doctor-clock-behind = 时钟比名录的签署时间还早，请校正本机时间
doctor-request-waits = 申请正在等待登记，核对号：{ $number }
doctor-run-wiped = 有一次恢复在收尾时中断，专用密钥当时没有删去，现已销毁
doctor-paper-soon = 您的{ $paper }有效期到 { $day }，请及时续办
doctor-paper-over = 您的{ $paper }已于 { $day } 到期，请找主管部门续办
doctor-own-keys = 名录登记的就是本机的密钥
doctor-may-seal = 现在可以密封
doctor-memory = 有内存文件夹，可以安全阅读
doctor-no-dumps = 程序崩溃时不把内存写到磁盘，本人的其他程序也读不到
doctor-dumps = 系统允许崩溃时把内存写到磁盘，或允许其他程序读取
doctor-swap-locked = 内存中的密钥不会进入交换区
doctor-swap-none = 本机没有交换区
doctor-swap-on = 内存可能被写入交换区：请加密或关闭交换区，或放开锁定内存的上限（ulimit -l unlimited）
doctor-keyring = 本机可以使用 vault unlock
doctor-no-keyring = 本机用不了内核密钥环，每次都要输入口令
doctor-wrong = 有问题需要处理

## 演示

demo-title = vault 演示：一份文件从封好到签收
demo-intro = 下面在本机建一个小单位，起一个真的交换站，用真的命令走完全程。每句话都是验证过才说的。
demo-scene-office = 一、建立单位
demo-scene-send = 二、密封并送出
demo-scene-relay = 三、交换站看到什么
demo-scene-receive = 四、领取、签收、打开
demo-scene-evidence = 五、凭证
demo-scene-top-secret = 六、绝密：三次都不允许
demo-relay-made = 交换站已就绪：自有 TLS 密钥、登记簿密钥，不持有任何能打开密件的密钥
demo-founded = { $name }成立，信任根指纹 { $fingerprint }
demo-enrolled = { $name } 加入：{ $unit } { $post }
demo-published = 密钥管理员签署名录（Ed25519 与 ML-DSA-44 双签），各终端已采用
demo-serving = 交换站在 { $address } 提供服务（QUIC，X25519MLKEM768，双方原始公钥）
demo-relay-blind = 在交换站的全部文件里查找标题和正文片段：没有。它只有密级标签和密文
demo-demand-first = 先签领取再取密文，逐字节核验并落盘之后才签收；两次签名都进登记簿
demo-inspect-lead = 收下的文件仍是密文。任何人不用密钥都能看标签，但看不到标题和内容：
demo-identical = 打开后的文件与原件逐字节相同（{ $bytes } 字节）
demo-receipt = 签收在登记簿第 { $leaf } 项，其证明在 { $size } 项的登记簿下成立
demo-receipt-signed = 登记簿状态由 Ed25519 和 ML-DSA-44 双签；项内李娜的签名按名录核验有效
demo-receipt-proof = 凭证是 C2SP tlog-proof 文本，离线即可核验，不必再问交换站
demo-forgery-lead = 第三次：一个跳过自身全部检查的客户端，手工拼出绝密标签，用真的签名密钥签好，直接交给交换站
demo-forgery-refused = 交换站：绝密，不予受理（top-secret），并在登记簿留下记录
demo-done = 演示完成，用时 { $seconds } 秒
demo-gone = 演示用的文件已全部删除。想自己接着做：vault demo --keep --dir 目录
demo-kept = 全部留在 { $path }（口令在其中的 passphrase 文件里）
demo-serve = 先在另一个终端启动交换站：
demo-go-on = 然后，例如：
demo-broken = 演示没能进行下去
demo-untrue = 演示中有一处与所说不符
demo-not-empty = { $path } 不是空文件夹
demo-not-empty-next = 换一个新文件夹
number-missing = 发给{ $holder }的来件号缺第 { $number } 号：可能有来件被扣下，请询问运维人员
evidence-missing = 交换站没有出示这件的受理和放行凭证
