# 简体中文：申请、批件与审批单。键与 en/requests.ftl 一一对应；用词依 docs/glossary.md。

## 帮助

help-request = 申请办理送出以外的事项
help-request-more =
    缺什么问什么，出示审批单，确认一次，写成申请文件，依次传签：
      vault request export 3 --reason "审计需要" -o 导出.note
      vault approve 导出.note              审批人依次签署，文件传给下一位
      vault request show 导出-2.note       办到哪一步
help-request-widen = 申请扩大知悉范围
help-request-copy = 申请加印编号的份
help-request-export = 申请导出内容
help-request-carry-out = 申请携带外出
help-request-lend-outside = 申请借给本单位以外的人
help-request-change = 申请变更密级或保密期限
help-request-declassify = 申请解密
help-request-release = 申请公开前的保密审查
help-request-destroy = 申请销毁
help-request-recover = 申请用部门恢复密钥恢复
help-request-standing = 申请内部往来的常设审批
help-request-derive = 申请据此派生新件
help-request-list = 列出交换站上的申请：等您审批的、您提出的、涉及您所持密件而已批准的
help-request-show = 出示申请及其审批
help-request-show-files = 申请文件，以及单独成文件的审批
help-widen = 申请扩大知悉范围；凭批准的申请办理
help-widen-more =
    vault widen 3 --to lina --reason "参加工作组" -o 扩大.note
    vault widen 通知.age --with 扩大-3.note -o 通知-2.age
help-change = 申请变更密件的密级或保密期限
help-declassify = 申请解密
help-release = 申请公开前的保密审查
help-asking-items = 密件：本机收到或送出的（序号、密件号），或密封文件
help-asking-to = 给谁：姓名、拼音、部门、地址或编号
help-asking-with = 已批准的申请，一个或多个文件；据此生成扩大后的密件
help-asking-count = 份数；常设审批则为可送件数
help-asking-due = 归还日期
help-asking-briefed-by = 由谁当面向借用人交代保密义务
help-asking-mark = 新的密级标志，如 秘密★5年
help-asking-term = 只改保密期限
help-asking-reason = 事由；只有您和审批人看得到
help-asking-unit = 由哪个部门审批（您在几个部门任职时）
help-asking-ask = 各环节请谁审批，如 审核=王力；不写则请所有有此职责的人
help-asking-custodian = 由谁办理；不写则由密件的发件人
help-asking-decide-by = 须在这一天结束前批完；不写依规章
help-asking-until = 批准后可用到这一天
help-asking-output = 写成申请文件，不经交换站；办理扩大时，为换了文件头的密封文件
help-draft-derived-from = 据以派生的密件：沿用其密级、保密期限、定密依据和知悉范围
help-draft-reason-code = same 内容相同、points 涉及密点、summary 概括摘录、demanded 制发部门要求；不写即概括摘录
help-draft-leave = 制发部门准予派生的批件（申请文件）；由本机申请的会自动找到
help-request-use = 登记批件的使用：复制、带出、外借
help-request-use-item = 本机收到的密件
help-request-use-with = 已批准的申请，一个或多个文件；本机保存的会自动找到
help-request-back = 登记带出或借出的已归还
help-request-back-item = 本机收到的密件
help-export-with = 准予导出的批件，一个或多个申请文件
help-export-release = 凭已批准的公开审查导出供公开
help-draft-by-standing = 凭哪份常设审批送出（已批准的申请文件）；本机保存的会自动找到
help-form = 出示密件或申请的审批单
help-form-what = 密件、密封文件，或申请文件及其审批
help-form-html = 写成可用 A4 纸打印的网页，单独一个文件

## 事项、环节与意见

word-act-widen = 扩大知悉范围
word-act-copy = 复制
word-act-export = 导出
word-act-carry-out = 携带外出
word-act-lend-outside = 外借
word-act-change = 变更密级或期限
word-act-declassify = 解密
word-act-release = 公开发布
word-act-destroy = 销毁
word-act-recover = 恢复
word-act-standing = 常设审批
word-act-derive = 派生
word-answer-agree = 同意
word-answer-refuse = 不同意
word-answer-withdraw = 撤回

## 申请

asking-ask-reason = 事由
asking-ask-unit = 审批部门
asking-ask-count = 份数
asking-ask-uses = 可送件数
asking-ask-due = 归还日期（2026-12-31）
asking-ask-briefed = 由谁交代保密义务
asking-ask-mark = 新的密级标志（如 秘密★5年）
asking-person = { $who } 是部门，此处要写人
asking-several-units = 这些密件由不同部门制发，须各自审批
asking-several-units-next = 按制发部门分别申请
asking-text-unfit = 事由和意见为 1 至 4095 字节的文字，不含控制符
asking-too-many = 审批人太多，封不下这段文字
asking-too-many-next = 写明请谁审批：--ask 批准=姓名
asking-sign-ask = 签署这份申请吗？
asking-asked = 已签署，申请在 { $path }
asking-asked-next = 把文件交给第一位审批人：vault approve { $path }
asking-approve-ask = 在此环节同意吗（{ $step }）？
asking-refuse-ask = 在此环节不同意吗（{ $step }）？申请就此终止。
asking-withdraw-ask = 撤回您的同意吗（{ $step }）？
asking-answered = 已签署，续传的文件为 { $path }
asking-answered-complete = 各环节均已同意，把文件交还申请人。
asking-answered-refused = 申请已终止，把文件交还申请人。
asking-answered-next = 把文件交给下一位审批人。
asking-clock = 文件中有一项审批的时间为 { $time }，晚于本机时钟；请校准时钟
asking-refused = 未予同意
asking-used = 已同意，已使用
asking-decided = 各环节均已同意
asking-open = 等待：{ $step }
asking-file-none = 这些文件里没有申请
asking-file-several = 这些文件里不止一份申请
asking-file-other = 这些文件里有针对其他申请的审批
asking-file-unread = 这不是本单位的申请文件
asking-file-next = 请提供一份申请文件，以及单独成文件的审批

## 使用批件

leave-other-act = 此批件用于另一事项：{ $act }
change-unclassified = 不再属于秘密的，应申请解密，不作变更
change-unclassified-next = 申请解密：vault declassify
widen-one = 一次扩大一件
widen-at-relay = 该件的内容在交换站，不在本机
widen-own = 该件的文件头是持有者自写的；只能扩大共同名单
widen-nobody = 批件所列的人都已能打开，或此时不得持有
widen-ask = 让他们知悉吗？
widen-withheld = 未列入，因其此时不得持有：{ $names }
widened = 已扩大：{ $path }
widened-at-relay = { $item } 已提供给新列入的人领取，批件及审批随密件同行
widened-next = 批件及审批随密件同行，把文件交给新列入的人。

## 审批单

form-of-request = 审批单：{ $act }
form-of-sending = 审批单：送出
form-sending = 送出
form-act = 事项
form-requester = 申请人
form-unit = 审批部门
form-holders = 涉及的人
form-custodian = 办理人
form-new-level = 拟变更密级
form-new-term = 拟变更期限
form-due = 归还日期
form-briefed-by = 交代义务人
form-count = 数量
form-reason = 事由
form-made = 申请时间
form-decide-by = 批复期限
form-not-after = 有效期限
form-policy = 规章（SHA-256）
form-none = 无
form-closed = （密封，有权者的密钥可开）
form-unsigned = 尚未签署
form-item = 密件 { $item }
form-label-hash = 标签（SHA-256）
form-hash = 申请（SHA-256）
form-title = 名称
form-points = 密点
form-carrier = 载体形式
form-produced = 产生时间
form-origin = 原始或派生
form-original = 原始
form-derived = 派生
form-resealed = 重封
form-drafts = 草稿
form-handler = 承办人
form-reviewer = 审核人
form-approver = 批准人
form-dates = 有关日期
form-step = 环节
form-signer = 签批人
form-on-behalf = 代签
form-answer = 结论
form-date = 日期
form-opinion = 审批意见
form-fingerprint = 签名指纹
form-asked = 待 { $names }
form-no-decision = 无须审批
form-waits = 待审批
form-notice = 本单据签名文本生成。单据本身不作证明；作证明的是密件或申请文件中的文本及其签名，以上列散列值为准。
form-written = 已写成：{ $path }
form-written-next = 页面所载与密件同密级，请照此打印和保管。
carrier-electronic = 电子
carrier-paper = 纸
carrier-magnetic = 磁
carrier-optical = 光
carrier-device = 设备、产品
derive-inherited = 未另写明的，沿用来源密件：{ $mark }，{ $term }
export-leave-next = 先申请：vault request export { $item }
export-unreleased = 本机没有该件已批准的公开审查
export-unreleased-next = 先 vault release { $item }，批准后 vault export { $item } --release --with 文件
change-noted = 变更已知悉
change-not-noted = 变更尚未知悉
change-name = 此后变更
change-declassified = { $day } 解密（已印发的仍带原标志）
change-changed = 自 { $day } 起：{ $new }
term-over-name = 保密期限
term-over = 已于 { $day } 24 时届满，待解密审核，不等于可以公开：vault release { $item }
term-over-line = 保密期限届满：{ $items }；请申请公开前审查：vault release 密件
leave-none-here = 本机没有可用于此事的批件
leave-none-here-next = 用 --with 文件 提供
leave-not-out = 本机没有您带出或借出而未归还的记录
leave-not-out-next = 登记可能还在等待交换站：vault inbox
leave-used = 已登记：{ $item } { $act }
leave-back = 已登记：{ $item } 归还
leave-use-ask = 登记此事吗（{ $act }）？
change-line = { $name }：{ $words }
event-copied = 复制
event-carried-out = 带出
event-brought-back = 带回
event-lent = 借出
event-given-back = 归还
standing-used = 凭常设审批送出（有效至 { $until }，共 { $count } 件）；要另请审批用 --ask
asking-handed-in = 已签署并交到交换站：{ $name }
asking-handed-in-next = 审批人用 vault request list 和 vault pending 可见。
asking-responded = 已签署并登记：{ $name }
asking-none = 没有申请“{ $word }”
asking-none-next = vault request list 可列出
asking-nothing = 没有申请
asking-pending = 等待您审批的申请（vault approve req-…）：
name-request = 申请
