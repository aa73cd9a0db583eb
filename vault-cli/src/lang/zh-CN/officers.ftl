# 简体中文：密钥管理员看到的文字。键与 en/officers.ftl 一一对应；用词依 docs/glossary.md。

## 密钥管理员

officer-exists = 这个目录里已经有一个单位
officer-card = 交换站名片不完整
officer-root = 无法签署信任根
officer-none = 这里没有管理员密钥
officer-none-next = 用建立单位时的那个目录：--home
officer-draft-old = 登记草稿所依的名录已经换了版本
officer-draft-old-next = 删去 officer/draft.json 后重新登记
officer-internal = 签署时内部出错
enrol-twice = 申请中的密钥已经在名录里
publish-unfit = 草稿通不过核验，没有签署
ask-own-name = 本人姓名
joined = 已认定 { $name } 的信任根
request-written = 加入申请已写到 { $path }
name-request-number = 申请核对号
join-next = 把申请文件交给密钥管理员，并当面或电话念出核对号。登记发布后：vault keys sync --from 单位文件
name-organisation = 单位
name-fingerprint = 指纹
fingerprint-ask = 与密钥管理员当面或电话告知的 30 位数字一致吗？
fingerprint-differs = 指纹不符：这不是密钥管理员所说的单位
fingerprint-differs-next = 不要加入，立即告诉密钥管理员
