# 简体中文：帮助。键与 en/help.ftl 一一对应；用词依 docs/glossary.md。

## 帮助

help = 把文件密封给指定的人，经交换站送达，每一步都留下签名凭证。
    不带命令运行，列出等我处理的事。
help-more =
    日常用法：
      vault send 通知.docx --to 李娜      密封并送出
      vault receive                       领取并签收
      vault read 3                        阅读 3 号来件

    退出码：0 完成 · 1 失败 · 2 用法 · 3 规则不允许 · 4 签名或完整性 · 5 网络
help-global-home = 个人目录（也可用环境变量 VAULT_HOME）
help-global-lang = 语言：zh 或 en，默认随系统
help-global-json = 只输出一个 JSON 文档
help-global-passphrase-file = 从文件第一行读取口令
help-global-yes = 需要确认的地方一律视为同意
help-global-quiet = 只输出所问的结果
help-global-verbose = 同时输出技术原因
help-global-help = 显示帮助
help-global-version = 显示版本

help-send = 密封文件并经交换站送出
help-send-more =
    缺什么问什么，最后给出一张汇总，确认一次即送出。
      vault send 通知.docx --to 李娜 --mark 内部 --term 2年 --basis 工作秘密清单3
      vault send 表1.xlsx 表2.xlsx --to 李娜,财务科 --title 一季度报表
help-send-files = 要送的文件；多个文件合为一件
help-draft-to = 收件人：姓名、拼音、部门、地址（李娜@财务科）或编号，可多个
help-draft-mark = 密级标志，照印制形式写：机密★20年、秘密★10年、内部、无密级
help-draft-term = 标志里没有写出的保密期限：2年、6个月、2030-12-31
help-draft-title = 标题，默认取文件名
help-draft-basis = 定密依据的条款，可多个
help-draft-doc-no = 发文字号
help-draft-copying = 复制：none 不得、ask 须经批准、allowed 允许；默认 none
help-draft-urgency = 紧急程度：normal 平件、urgent 加急、extra-urgent 特急
help-draft-scope = 知悉范围内的其他人，收件人自动列入
help-draft-unit = 以哪个部门的名义发出，任职不止一处时填写
help-draft-read-by = 阅读期限（某日 24 时，北京时间）
help-draft-not-before = 某日零时之前不得阅读
help-draft-keep-until = 交换站保存到某日 24 时
help-draft-point = 密点，随内封加密，可多个
help-draft-class = 文种：document 公文、meeting 会议材料、minutes 会议纪要、petition 信访、foreign 涉外、leadership 领导、communication 通信
help-draft-kind = 内容类别：political 政治、military 军事、foreign 涉外、economic 经济、technology 科技、personal 个人、other 其他
help-draft-carrier = 载体形式：electronic 电子、paper 纸、magnetic 磁、optical 光、device 设备产品；不写即电子
help-draft-issued = 印在文件上的成文日期；保密期限自该日起算，不写则自放行之日起算
help-draft-notified = 密级与期限的通知日期；保密期限自该日起算
help-draft-no-minutes = 不得整理、传抄、派生
help-draft-pass-down = 内容可以口头传达到的人员或部门
help-draft-draft = 已作为密件密封的草稿，写其编号；可写多个
help-draft-handler = 承办人（拟定密级者），不是本人时填写；承办人不得审批
help-draft-why = 只有持有人能看到的理由，写作 字段=文字，如 basis=……；可写多条

help-outbox = 正在送出的密件
help-outbox-list = 列出尚未送达交换站的密件
help-outbox-resume = 从中断处继续送
help-outbox-resume-item = 哪一件；不写则全部
help-outbox-discard = 放弃一件尚未受理的密件
help-outbox-discard-item = 哪一件
help-outbox-rewrap = 把仍在待领的已发密件换封给现用密钥
help-outbox-rewrap-item = 哪一件；不写则全部

help-inbox = 来件：交换站上等领的和本机已收的
help-inbox-list = 列出待领和已收的密件
help-inbox-reseal = 用新的文件密钥重封一件已收密件
help-inbox-reseal-item = 来件号或密件号
help-inbox-rekey = 把已收密件换封给您的现用密钥
help-inbox-rekey-item = 来件号或密件号；不写则全部
help-receive = 领取来件，核验无误后签收
help-receive-items = 哪几件（来件号或密件号）；不写则全部
help-read = 阅读已收的密件，看完即清
help-read-item = 来件号或密件号
help-read-stdout = 把内容送到标准输出
help-read-path = 只给出临时路径，回车后清除
help-read-viewer = 用哪个程序打开
help-export = 把已收密件的内容写到别处，总会留下记录
help-export-item = 来件号或密件号
help-export-output = 新文件，或放入的文件夹
help-status = 一件密件的各份现在到了哪一步
help-status-item = 哪一件；不写则列出本机送出的各件

help-pending = 列出等您审批的密件
help-approve = 在自己的环节签同意；最后一个同意即放行
help-approve-more =
    不论环节叫什么，命令都一样。给出一张汇总，确认一次即签。
      vault approve 1f0a77c2d3e4
      vault approve 报告.docx.age --with 报告.docx.review.note
help-approve-item = vault pending 里的密件号、密封文件或申请文件
help-approve-opinion = 同意时附的意见，只有持有人能看
help-approve-principal = 代谁签；只代一人时不用写
help-approve-step = 哪个环节（审核、批准），默认当前待签的
help-approve-with = 文件：随附的审批意见
help-approve-output = 文件：写到哪个文件
help-refuse = 在自己的环节签不同意，退回发件人
help-refuse-item = vault pending 里的密件号、密封文件或申请文件
help-refuse-reason = 理由，只有持有人能看
help-refuse-principal = 代谁签；只代一人时不用写
help-refuse-step = 哪个环节（审核、批准），默认当前待签的
help-refuse-with = 文件：随附的审批意见
help-refuse-output = 文件：写到哪个文件
help-withdraw = 放行前撤回提请审批的密件，或在下一环节之前撤回自己的同意
help-withdraw-item = 哪一件，或签过同意的申请文件
help-withdraw-output = 申请文件：写到哪个文件
help-circulate = 传阅：收到的一份按知悉范围逐人签转
help-circulate-item = 收到的密件，或密封文件
help-circulate-to = 下一位；不写则显示传阅经过
help-circulate-output = 写给下一位的新文件；不写则经交换站传递
help-ask = 给审批中的密件增加一位审批人
help-ask-item = 哪一件
help-ask-who = 环节和姓名，例如 审核=姓名
help-chase = 列出发出的密件在等谁、等了多久；写上密件号就催办
help-chase-item = 催办哪一件；不写则列出全部在等的
help-return = 把待领取的一份退回发件人，并写明原因
help-return-more =
    原因会签署登记，交换站看得到，所以只能从下面选：
      not-for-me   应送他人
      incomplete   内容不全
      wrong-mark   密级、期限或知悉范围有误
      twice        重复来件
      other        另行告知发件人
help-return-item = 待领取的密件，写来件号或密件号
help-return-reason = not-for-me、incomplete、wrong-mark、twice 或 other
help-watch = 随时告知新到的事项
help-watch-more =
    一直连着：有件待领取或待批、有申请待答复、您发出的件有了变化，都随时告知。
    交换站或网络断开后自动重连。按 Ctrl-C 结束。
    --run 指定的程序从环境变量 VAULT_EVENT（arrived、decide、asked、happened）和
    VAULT_ABOUT（件的编号，或申请的哈希值）得知何事。每次限时一分钟。
help-watch-notify = 在桌面上弹出提示，不含人名和标题
help-watch-run = 每有一事就运行的程序；不经 shell，不带其他参数
help-recall = 追回已发出而尚无人签署领取的份
help-recall-more = 逐份说明：无人见过即追回、标题已出示后追回，还是已来不及。
help-recall-item = 哪一件
help-recall-to = 追回谁的份；不写则全部
help-register = 密件经手凭证，写成不连交换站也能核验的文件
help-register-verify = 核验凭证：每一项是否在登记簿里，其中的签名是否成立
help-register-verify-files = vault register export 写出的文件，或 C2SP tlog-proof 文本
help-register-verify-org = 用哪个组织文件核验；不写则用本机加入的
help-register-export = 写出本机保存的某一件的凭证；没有标题，没有正文
help-register-export-item = 在本机发出、收到或审批过的一件
help-register-export-output = 新文件
help-draft-ask = 请谁审批：审核=姓名、批准=姓名,姓名；不写则所有可以签的人
help-draft-decide-by = 审批期限（某日 24 时）；不写则按规章所定
help-check-with = 密封文件随附的审批意见
help-check-opinions = 同时打开意见
help-inspect-with = 随附的审批意见
help-status-opinions = 显示审批意见

help-seal = 密封成文件，不经交换站
help-seal-files = 要密封的文件；多个文件合为一件
help-seal-output = 密封后的文件，默认在原文件名后加 .age
help-open = 打开密封文件，不经交换站
help-open-file = 密封文件
help-open-output = 写到哪个新文件或文件夹
help-open-stdout = 把内容送到标准输出
help-inspect = 查看密封文件的密级标签，不需要密钥
help-inspect-file = 密封文件
help-check = 预先检查，列出会被拒绝的每一条原因
help-check-files = 准备送出的文件，或一个密封文件
help-mark = 识读密级标志并按规范形式打印，或打印公文首页版头
help-mark-marks = 密级标志，例如 机密★10年
help-mark-of = 密封文件：逐份打印首页版头，不需要密钥
help-mark-copy = 要打印的份号，纸面上为六位数字
help-mark-urgency = 紧急程度：normal 平件、urgent 加急、extra-urgent 特急
help-mark-doc-no = 发文字号，按 财办〔2026〕5号 的形式打印

help-identity = 本人的密钥
help-identity-new = 生成密钥
help-identity-show = 显示本人是谁、用哪些密钥
help-identity-backup = 备份密钥文件（仍用口令锁着，标准 age 也能打开）
help-identity-backup-file = 备份到哪个新文件
help-identity-rotate = 申请用新密钥替换现用的密钥
help-identity-rotate-opening = 只换拆封密钥
help-identity-rotate-signing = 只换签名密钥
help-identity-rotate-output = 把申请写成文件，不交给交换站
help-identity-rotate-withdraw = 撤回尚未登记的新密钥
help-identity-rotate-more = 旧的拆封密钥留在密钥文件里，仍能打开旧件。
help-identity-replace = 旧密钥不能用时（忘了口令、丢了机器）申请新密钥
help-identity-replace-code = 邀请函上的邀请码
help-identity-replace-organisation = 单位文件，用于尚未加入的机器
help-identity-replace-fingerprint = 密钥管理员告知的 30 位数字
help-identity-replace-who = 您的姓名或编号，用于没有您密钥的机器
help-identity-replace-output = 把申请写成文件，不交给交换站
help-identity-restore = 凭备份在另一台机器上使用自己的密钥
help-identity-restore-backup = vault identity backup 写出的文件
help-identity-restore-organisation = 单位文件
help-identity-restore-fingerprint = 密钥管理员告知的 30 位数字
help-identity-restore-output = 交给密钥管理员的申请文件
help-identity-passphrase = 更换口令
help-identity-passphrase-new-passphrase-file = 从文件第一行读取新口令
help-identity-new-recipient = 用硬件令牌锁密钥：写令牌的收件标识 age1NAME1…，每个令牌写一次
help-identity-new-identity = 存有令牌标识 AGE-PLUGIN-NAME-1… 的文件，次序与上面相同
help-identity-token = 用硬件令牌锁住密钥文件
help-identity-token-more =
    令牌由名为 age-plugin-NAME 的插件程序驱动。插件只从 /usr/libexec/vault/plugins、
    /usr/lib/age-plugins 和 /usr/bin 启动，而且必须只有 root 能改动。
help-identity-token-recipient = 令牌的收件标识 age1NAME1…，每个令牌写一次
help-identity-token-identity = 存有令牌标识 AGE-PLUGIN-NAME-1… 的文件，次序与上面相同
help-identity-token-remove = 改回用口令锁
help-identity-token-new-passphrase-file = 从文件第一行读取新口令
help-identity-export = 写出公钥
help-identity-export-file = 写到哪个新文件；不写则输出
help-unlock = 一段时间内不再问口令
help-unlock-time = 多久：8h、30m，默认 8h
help-unlock-status = 查看是否免口令、到什么时候
help-lock = 立即恢复询问口令

help-keys = 单位的信任根、名录与人员
help-keys-init = 建立一个单位
help-keys-init-name = 单位名称
help-keys-init-officer = 各位管理员的姓名，用逗号隔开；各人在此设口令
help-keys-init-card = 管理员名片；不在同一台机器时每位一张
help-keys-init-thresholds = 换信任根、发名录、停用各需几人，如 2,2,1
help-keys-init-unit = 各部门名称，用逗号隔开
help-keys-init-unit-level = 各部门可处理的最高密级，默认内部
help-keys-init-relay-card = vault-relay init 写出的 relay-card.json
help-keys-init-internal = 内部件送出前：decide 须经审批，free 无须
help-keys-init-output = 单位文件写到哪里
help-keys-enrol = 登记一名人员，发布后生效
help-keys-enrol-request = 申请文件；或用 --pending
help-keys-enrol-pending = 处理交换站上等待的申请
help-keys-enrol-number = 本人念出的 30 位数字；与 --pending 同用时每人写一次
help-keys-invite = 给人员发放邀请码，每人一份邀请函
help-keys-invite-who = 丢失密钥或忘记口令的已登记人员
help-keys-invite-from = 人员表（CSV）
help-keys-invite-new-units = 表中尚不存在的部门在登记时新设
help-keys-invite-name = 新人员
help-keys-invite-days = 邀请码几天内有效；默认 7 天
help-keys-invite-output = 存放邀请函、单位文件和邀请单的新文件夹；与 --withdraw 同用时只写新的邀请单
help-keys-invite-list = 列出未用的邀请码
help-keys-invite-withdraw = 收回给这个姓名、编号的未用邀请码
help-keys-invite-relay = 同时把邀请单交给交换站
help-keys-enrol-unit = 部门，没有则新设
help-keys-enrol-post = 职务
help-keys-enrol-clearance = 可知悉的最高密级：机密、秘密、内部、无
help-keys-enrol-role = 职责：handler 承办人、reviewer 审核人、approver 批准人、clerk 机要员等
help-keys-enrol-affiliation = own 本单位、outside 外单位、foreign 境外；默认 own
help-keys-enrol-name = 更正申请中的姓名
help-keys-enrol-pinyin = 更正申请中的拼音
help-keys-enrol-clerk = 兼任该部门机要员，代收部门的来件
help-keys-enrol-unit-level = 该部门可处理的最高密级
help-keys-publish = 发布已有足够管理员签署的文件
help-keys-publish-files = 签好的文件，可以是几份副本；不写则发布这里起草的名录
help-keys-publish-at-terminal = 同在本机的另一位管理员的密钥文件
help-keys-publish-output = 单位文件写到哪里
help-keys-publish-relay = 同时发给交换站
help-keys-officer = 在本机生成管理员密钥
help-keys-officer-name = 持有人姓名
help-keys-officer-output = 名片写到哪里
help-keys-officer-take = 收入在别的机器上生成的密钥文件
help-keys-officer-organisation = 在这里认定此单位文件
help-keys-officer-fingerprint = 另一位管理员告知的 30 位数字
help-keys-sign = 查看并签署待签件
help-keys-sign-files = 待签件；不写则提出这里起草的下一版名录
help-keys-sign-merge = 同一份的其他副本，并入其签名
help-keys-sign-at-terminal = 同在本机的另一位管理员的密钥文件
help-keys-sign-output = 新提出的名录写到哪里
help-keys-stop = 立即停用某人的密钥或权限
help-keys-stop-who = 姓名、拼音、地址或编号
help-keys-stop-key = 只停这一把密钥（写编号开头）
help-keys-stop-station = 只停此人的终端
help-keys-stop-suspend = 暂停此人，可由名录恢复
help-keys-stop-reason = 事由：lost、stolen、compromised、left、inquiry、lapsed 或 other
help-keys-stop-since = 从登记簿的这一位置起；需与发名录同样多的管理员
help-keys-stop-at-terminal = 同在本机的另一位管理员的密钥文件
help-keys-stop-output = 单位文件或待签件写到哪里
help-keys-stop-relay = 同时交给交换站
help-keys-resume = 用下一版名录恢复已停权的人
help-keys-resume-who = 姓名、拼音、地址或编号
help-keys-change = 变更姓名、可知悉密级、职务、部门或职责；发布后生效
help-keys-change-who = 姓名、拼音、地址或编号
help-keys-change-name = 新姓名
help-keys-change-pinyin = 其拼音
help-keys-change-clearance = 可知悉的最高密级：机密、秘密、内部或无
help-keys-change-unit = 主要职务所在部门；在原部门的职责和机要员身份今天终止
help-keys-change-post = 主要职务名称
help-keys-change-role = 此后在该部门的全部职责，或写 无
help-keys-deputy = 指定代签人及起止日期
help-keys-deputy-who = 代谁
help-keys-deputy-role = 代签的职责
help-keys-deputy-by = 由谁代
help-keys-deputy-from = 第一天，例如 2026-12-01
help-keys-deputy-to = 最后一天
help-keys-deputy-end = 取消这一代签人
help-keys-papers = 登记另行保管的材料：类别、有效期和散列值
help-keys-papers-who = 姓名、拼音、地址或编号
help-keys-papers-category = 涉密人员类别：非涉密、一般、重要或核心
help-keys-papers-vetting = 审查：类别:日期 或 类别:日期:文件，或写 无；文件只记散列值
help-keys-papers-training = 培训，写法同上
help-keys-papers-letter = 保密承诺书，写法同上
help-keys-papers-abroad = 出境起止：日期:日期，或写 无
help-keys-unit = 新设部门，或变更其名称、上级、密级和机要员
help-keys-unit-unit = 名称或编号
help-keys-unit-new = 新设
help-keys-unit-rename = 新名称
help-keys-unit-parent = 上级部门，或写 无
help-keys-unit-level = 可处理的最高密级；新设部门不写则为内部
help-keys-unit-clerk = 此后的全部机要员，用逗号分隔，或写 无
help-keys-leave = 清退完毕后办理离岗
help-keys-leave-who = 姓名、拼音、地址或编号
help-keys-leave-held = 在手的密件和份数；须为 0
help-keys-leave-pending = 待其审批的件数；须为 0
help-keys-leave-letter = 离岗保密承诺书：类别:日期:文件
help-keys-leave-cooling-off = 脱密期最后一天
help-keys-draft = 查看下一版名录草稿
help-keys-draft-drop = 全部撤回
help-keys-officers = 查看管理员；带选项则提出下一版信任根
help-keys-officers-add = 新任管理员的名片
help-keys-officers-remove = 不再担任的管理员（代号或姓名）
help-keys-officers-root = 换信任根需几人
help-keys-officers-enrol = 发名录需几人
help-keys-officers-stop = 停用需几人
help-keys-officers-relay-card = 交换站的新名片
help-keys-officers-no-notary = 今后不设时效证明
help-keys-officers-renew = 只延长期限
help-keys-officers-at-terminal = 同在本机的另一位管理员的密钥文件
help-keys-officers-output = 换根文件写到哪里
help-keys-fresh = 不由交换站出具时效证明时，在此出具
help-keys-fresh-output = 单位文件写到哪里
help-keys-fresh-relay = 向交换站查询最新版本，并把证明交给它
help-keys-officers-notary = 交换站以外的时效证明密钥的名片
help-keys-transcript = 打印并核验这里的签署记录
help-keys-list = 列出人员与部门
help-keys-show = 查看一个人或一个部门
help-keys-show-who = 姓名、拼音、部门、地址或编号
help-keys-who-could-read = 列出本机密件中某人的密钥曾能打开哪些
help-keys-who-could-read-who = 姓名、拼音、地址或编号
help-keys-who-could-read-key = 只查这一把密钥（写编号开头）
help-keys-sync = 取最新名录
help-keys-sync-from = 从单位文件取，而不是从交换站
help-keys-sync-watch = 保持连接，一有新版本就采用，按 Ctrl-C 结束

help-join = 加入单位：核对指纹，生成密钥，递交申请
help-join-file = 密钥管理员给的单位文件
help-join-code = 邀请函上的邀请码
help-join-name = 本人姓名
help-join-pinyin = 姓名拼音，默认自动注音
help-join-fingerprint = 密钥管理员口头告知的 30 位指纹；相符即不再询问
help-join-output = 不交给交换站，把申请写到这个文件
help-doctor = 检查本机的设置是否正常
help-completions = 输出命令补全脚本
help-completions-shell = bash、zsh、fish、elvish 或 powershell
help-demo = 在本机完整演示一遍
help-demo-file = 用哪个文件演示，默认用自带的样例公文
help-demo-dir = 演示放在哪个文件夹
help-demo-keep = 演示后保留，并说明怎样自己接着做
help-policy = 规章：检查、签署、发布、查看
help-policy-check = 逐条说明规章文件的含义，一次列出全部问题
help-policy-check-file = 规章文件（TOML）
help-policy-check-clauses = 同时列出目录的每一条
help-policy-sign = 把规章列入下一版名录并签署
help-policy-sign-file = 规章文件（TOML），或其他管理员传来的待签件
help-policy-sign-merge = 同一待签件的其他副本，并入其签名
help-policy-sign-at-terminal = 同在本机的另一位管理员的密钥文件
help-policy-sign-output = 待签件写到哪里
help-policy-publish = 发布签好的规章及其名录
help-policy-publish-files = 签好的文件，可以是几份副本；不写则发布这里起草的
help-policy-publish-at-terminal = 同在本机的另一位管理员的密钥文件
help-policy-publish-output = 单位文件写到哪里
help-policy-publish-relay = 同时发给交换站
help-policy-show = 现行规章
help-policy-show-clauses = 同时列出目录的每一条和书面规定全文
